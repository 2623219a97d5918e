/** The page's frame: which view is shown, whether the server answers. */
import {connection, get, onConnection, refreshAll} from './api.js';
import {compareView} from './compare.js';
import {button, h, text} from './dom.js';
import {moment} from './format.js';
import {listView} from './list.js';
import {runView} from './run.js';
import {connectTheme} from './theme.js';

const main = document.getElementById('main');
const place = document.getElementById('place');
const offline = document.getElementById('offline');
let view = null;
let shown = null;
let ofDaemon = false;

/** The parts of the fragment: #/run/a~b/curves is ['run', 'a~b', 'curves']. */
function route() {
  const parts = location.hash.replace(/^#\/?/, '').split('/').filter(part => part !== '');
  try {
    return parts.map(decodeURIComponent);
  } catch (error) {
    return parts; // A % that begins no code: taken as it is.
  }
}

function open() {
  const [kind = '', subject = '', tab = ''] = route();
  const key = kind + '/' + subject;
  if (view && key === shown) {
    view.open?.(tab);
    return;
  }
  view?.stop();
  shown = key;
  main.replaceChildren();
  document.title = 'Troupe';
  text(place, '');
  const frame = {main, title: (title, where) => {
    document.title = title + ' \u2013 Troupe';
    text(place, where ?? '');
  }};
  if (kind === 'run' && subject) {
    view = runView(frame, subject, tab);
  } else if (kind === 'compare' && subject) {
    view = compareView(frame, subject.split(',').filter(run => run));
  } else {
    view = listView(frame);
  }
  window.scrollTo(0, 0);
}

const wrong = h('strong');
const since = h('span');
const again = button('Try now', 'try-now', () => connection.asksToken ? location.reload() : refreshAll());
offline.append(h('div', {}, wrong, ' ', since), again);

function showConnection() {
  const away = connection.reason !== null;
  offline.hidden = !away;
  document.body.classList.toggle('away', away);
  if (!away) return;
  text(wrong, connection.reason);
  text(again, connection.asksToken ? 'Enter the token' : 'Try now');
  text(since, connection.asksToken
    ? 'Any name and, as the password, the token that it was started with (TROUPE_CONTROL_TOKEN).'
    : `No answer since ${moment(connection.since, true)}. What is shown is from before; the page tries again by itself.`
      + (ofDaemon ? ' A daemon\u2019s page ends with the daemon; \u201ctroupe studio\u201d shows its run from then on.' : ''));
}

/** A daemon's own page opens at its only run. */
async function begin() {
  try {
    const list = await get('api/v1/runs');
    ofDaemon = !list.studio;
    if (ofDaemon && !location.hash && list.runs.length === 1) {
      history.replaceState(null, '', '#/run/' + encodeURIComponent(list.runs[0].run));
    }
  } catch (error) {
    // The list says what is wrong, and tries again.
  }
  open();
  window.addEventListener('hashchange', open);
}

connectTheme(document.getElementById('theme'));
document.querySelector('.skip').onclick = event => {
  event.preventDefault();
  main.focus();
};
onConnection(showConnection);
begin();
