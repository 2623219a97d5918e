/** The tab with settings: what differs from the defaults first; those that may change are edited in place. */
import {say} from './answer.js';
import {runPath, send} from './api.js';
import {button, card, choice, h, keyed, labelled, set, text} from './dom.js';
import {moment, whole} from './format.js';

const EVERY_MILLIS = 8000;
const CHANGE = ['Time', 'From step', 'Setting', 'Before', 'After'];
const LIVE = {now: 'changes at once', 'from-step': 'changes from the next step on', no: 'fixed since the start'};

/** Where there is little room the sections of settings that nobody changed are closed at first. */
const NARROW = '(max-width: 900px)';

const sectionOf = key => (key.includes('.') ? key.slice(0, key.indexOf('.')) : 'general');

/** A section of settings, which can be closed. */
function createSection(name) {
  const list = h('ul', {class: 'settings'});
  const count = h('span', {class: 'dim'});
  const element = h('details', {class: 'settings-section', part: 'settings-section', 'aria-label': 'Settings ' + name, open: !matchMedia(NARROW).matches},
    h('summary', {}, h('b', {class: 'mono'}, name), ' ', count), list);
  element.list = list;
  element.count = count;
  return element;
}

/** A text as the JSON value that it looks like. */
function valueOf(typed) {
  const plain = typed.trim();
  if (plain === 'true' || plain === 'false') return plain === 'true';
  return plain !== '' && Number.isFinite(Number(plain)) ? Number(plain) : plain;
}

/** One setting: its key, value, what it means, and its editor while that is open. */
function createRow(first, context, refresh) {
  let now = first;
  const key = h('span', {class: 'mono key'});
  const value = h('b', {class: 'mono'});
  const usual = h('span', {class: 'dim small'});
  const about = h('p', {class: 'dim small about'});
  const live = h('span', {class: 'small dim'});
  const answer = h('p', {class: 'small good', part: 'setting-answer', role: 'status'});
  const edit = button('Change', 'setting-edit', () => begin());
  const place = h('div', {});
  const item = h('li', {class: 'setting', part: 'setting'}, h('div', {class: 'setting-line'}, key, h('span', {class: 'setting-value'}, value, usual), live, edit),
    about, place, answer);

  function end() {
    place.replaceChildren();
    edit.hidden = now.live === 'no' || !context.run.alive;
    edit.focus();
  }

  function begin() {
    const input = h('input', {type: 'text', value: now.value ?? '', part: 'setting-value', 'aria-label': 'New value of ' + now.key, spellcheck: 'false'});
    const wrong = h('p', {class: 'wrong', role: 'alert', part: 'setting-wrong'});
    const save = h('button', {type: 'submit', class: 'main', part: 'setting-save'}, 'Set');
    const form = h('form', {class: 'buttons setting-form'}, input, save, button('Cancel', 'setting-cancel', end), wrong);
    form.onkeydown = event => {
      if (event.key === 'Escape') end();
    };
    form.onsubmit = async event => {
      event.preventDefault();
      save.disabled = true;
      text(wrong, '');
      try {
        const result = await send('PATCH', runPath(context.id, 'settings'), {[now.key]: valueOf(input.value)});
        say(result.message);
        text(answer, result.message);
        end();
        refresh();
      } catch (error) {
        text(wrong, error.message);
      } finally {
        save.disabled = false;
      }
    };
    edit.hidden = true;
    place.replaceChildren(form);
    input.focus();
    input.select();
  }

  item.show = (setting, fromStep) => {
    now = setting;
    set(item, 'data-key', setting.key);
    set(item, 'data-setting', setting.key);
    text(key, setting.key);
    text(value, setting.value === '' || setting.value === null ? '\u201c\u201d' : setting.value);
    text(usual, (setting.changed ? `default ${setting.default === '' ? '\u201c\u201d' : setting.default}` : '')
      + (fromStep ? `${setting.changed ? ', ' : ''}holds from step ${whole(fromStep)} on` : ''));
    text(about, setting.text);
    text(live, LIVE[setting.live] ?? '');
    if (!place.firstChild) edit.hidden = setting.live === 'no' || !context.run.alive;
    set(edit, 'aria-label', 'Change ' + setting.key);
  };
  return item;
}

/** The settings of a context's run. */
export function settingsTab(context) {
  let data = null;
  let which = 'all';
  const made = new Map();
  const search = h('input', {type: 'search', part: 'settings-search', placeholder: 'key, value or meaning'});
  const kind = choice('settings-kind', [['all', 'all'], ['changed', 'differ from the default'], ['live', 'can change while it runs']], which, value => {
    which = value;
    render();
  });
  const count = h('span', {class: 'dim', role: 'status'});
  const changed = h('ul', {class: 'settings', part: 'settings-changed'});
  const others = h('div', {part: 'settings-default'});
  const first = card('Differ from the default', 'changed-card', changed);
  const rest = card('As by default', 'default-card', others);
  const rows = h('tbody');
  const table = h('table', {class: 'plain cards', part: 'changes'}, h('caption', {class: 'hidden'}, 'Changes, newest first'),
    h('thead', {}, h('tr', {}, CHANGE.map(name => h('th', {scope: 'col'}, name)))), rows);
  const none = h('p', {class: 'dim'}, 'Nothing was changed since the run began.');
  const wrong = h('p', {class: 'wrong', role: 'alert', part: 'settings-problem'});
  const history = card('Changes', 'changes-card', none, h('div', {class: 'scroll'}, table));

  function render() {
    if (!data) return;
    const needle = search.value.trim().toLowerCase();
    const shown = data.settings.filter(one => (!needle || `${one.key}\n${one.value}\n${one.text}`.toLowerCase().includes(needle))
      && (which === 'all' || (which === 'changed' ? one.changed : one.live !== 'no')));
    const from = new Map(data.changes.filter(one => one.from_step !== null).map(one => [one.key, one.from_step]));
    const row = one => {
      if (!made.has(one.key)) made.set(one.key, createRow(one, context, () => poller.now()));
      return made.get(one.key);
    };
    const fill = (list, items) => keyed(list, items, one => one.key, row, (element, one) => element.show(one, from.get(one.key)));
    const focused = document.activeElement;
    fill(changed, shown.filter(one => one.changed));
    const usual = shown.filter(one => !one.changed);
    const names = [...new Set(usual.map(one => sectionOf(one.key)))];
    keyed(others, names, name => name, createSection, (section, name) => {
      const own = usual.filter(one => sectionOf(one.key) === name);
      fill(section.list, own);
      text(section.count, whole(own.length));
      if (needle) section.open = true;
    });
    // A row that goes to the other list takes the focus along.
    if (focused !== document.activeElement && focused.isConnected) focused.focus({preventScroll: true});
    first.hidden = !changed.children.length;
    rest.hidden = !others.children.length;
    text(count, `${whole(shown.length)} of ${whole(data.settings.length)}`);
    text(wrong, data.problem);
    none.hidden = data.changes.length > 0;
    table.hidden = !data.changes.length;
    keyed(rows, [...data.changes].reverse(), one => one.time + one.key, one => h('tr', {part: 'change'},
      [moment(one.time, true), whole(one.from_step ?? one.step), one.key, one.from, one.to].map((value, index) =>
        h('td', {class: index > 1 ? 'mono' : null, 'data-label': CHANGE[index]}, String(value ?? '\u2013')))));
  }

  search.oninput = render;
  const poller = context.read(runPath(context.id, 'settings'), EVERY_MILLIS, found => {
    data = found;
    render();
  });
  return {element: h('div', {class: 'stack'}, h('div', {class: 'bar-of-tools'}, labelled('Search', search, {class: 'field grow'}), labelled('Show', kind), count), wrong,
    history, first, rest), show: render, stop: () => poller.stop()};
}
