/** One run: its head, and the tab that is open. */
import {poll, refreshAll, runPath} from './api.js';
import {checkpointsTab} from './checkpoints.js';
import {companyTab} from './company.js';
import {curvesTab} from './curves.js';
import {h, set, text} from './dom.js';
import {eventsTab} from './events.js';
import {logTab} from './log.js';
import {overviewTab} from './overview.js';
import {picturesTab} from './pictures.js';
import {createHead} from './runhead.js';
import {scoresTab} from './scores.js';
import {settingsTab} from './settings.js';

const LIVING_MILLIS = 2000;
const CURVES_MILLIS = 5000;
const TABS = [['overview', 'Overview', overviewTab], ['curves', 'Curves', curvesTab], ['scores', 'Scores', scoresTab],
  ['pictures', 'Pictures', picturesTab], ['checkpoints', 'Checkpoints', checkpointsTab], ['settings', 'Settings', settingsTab],
  ['events', 'Events', eventsTab], ['log', 'Log', logTab], ['company', 'Company', companyTab]];

/** The curves of a run, read while a tab shows them. */
function sharedCurves(context) {
  const listeners = new Set();
  let newest = null;
  let poller = null;
  return {
    follow(listener) {
      listeners.add(listener);
      if (newest) listener(newest);
      poller ??= context.read(runPath(context.id, 'curves') + '?points=800', CURVES_MILLIS, data => {
        newest = data;
        listeners.forEach(one => one(data));
      });
      return () => {
        listeners.delete(listener);
        if (!listeners.size) {
          poller?.stop();
          poller = null;
        }
      };
    },
  };
}

/** Shows a run until it is stopped. */
export function runView(frame, id, firstTab) {
  const wrong = h('p', {class: 'card wrong', role: 'alert', part: 'tab-wrong'});
  const failures = new Map();
  /** Reads a resource of the run for a tab; what goes wrong is said above the tab. */
  const read = (path, every, onData) => {
    const told = (message, of = path) => {
      if (message) failures.set(of, message); else failures.delete(of);
      text(wrong, [...new Set(failures.values())].join(' '));
    };
    const reader = poll(path, every, data => {
      told(null);
      onData(data);
    }, error => told(error.status === 0 || error.status === 401 ? null : error.message));
    return {now: reader.now, stop() {
      reader.stop();
      told(null);
    }};
  };
  const context = {id, run: null, read, refresh: refreshAll};
  context.curves = sharedCurves(context);
  const head = createHead(context);
  const missing = h('div', {class: 'card empty', part: 'missing', hidden: true});
  const links = TABS.map(([key, label]) => h('a', {href: `#/run/${encodeURIComponent(id)}/${key}`, part: 'tab-' + key}, label));
  const tabs = h('nav', {class: 'tabs', 'aria-label': 'Parts of the run', hidden: true}, ...links);
  const body = h('div', {class: 'tab-body'});
  let tab = null;
  let name = null;
  frame.main.append(head.element, missing, tabs, wrong, body);
  frame.title(id.replaceAll('~', '/'));

  function open(wanted) {
    const found = TABS.find(([key]) => key === wanted) ?? TABS[0];
    if (found[0] === name) return;
    name = found[0];
    head.element.classList.toggle('compact', name !== 'overview');
    links.forEach((link, index) => set(link, 'aria-current', TABS[index][0] === name ? 'page' : null));
    links[TABS.indexOf(found)].scrollIntoView({block: 'nearest', inline: 'nearest'});
    tab?.stop();
    tab = null;
    body.replaceChildren();
    if (!context.run) return;
    tab = found[2](context);
    body.append(tab.element);
    tab.show(context.run);
  }

  function show(data) {
    const run = {...data, classes: data.classes ?? [], evaluation_share: data.evaluation_share ?? null};
    const first = context.run === null;
    context.run = run;
    missing.hidden = true;
    tabs.hidden = body.hidden = false;
    frame.title(run.steps ? `${run.name}: ${Math.floor(100 * run.step / run.steps)} %, ${run.state}` : `${run.name}: ${run.state}`,
      run.name);
    head.show(run);
    if (first) {
      const wanted = name ?? firstTab;
      name = null;
      open(wanted);
    } else {
      tab?.show(run);
    }
  }

  const poller = poll(runPath(id), LIVING_MILLIS, show, error => {
    if (error.status === 404) {
      tabs.hidden = head.element.hidden = body.hidden = true;
    } else if (context.run || error.status === 0 || error.status === 401) {
      return; // What is shown stays; the frame says that the server is away.
    }
    missing.hidden = false;
    missing.replaceChildren(h('h2', {}, error.status === 404 ? 'There is no such run' : 'Not to be seen yet'), h('p', {}, error.message),
      h('a', {href: '#/', class: 'button', part: 'all-runs'}, 'All runs'));
  });
  name = TABS.some(([key]) => key === firstTab) ? firstTab : 'overview';
  links.forEach((link, index) => set(link, 'aria-current', TABS[index][0] === name ? 'page' : null));
  return {
    open,
    stop() {
      poller.stop();
      tab?.stop();
      head.stop();
    },
  };
}
