/** The tab with the journal's events, newest first. */
import {get, runPath} from './api.js';
import {button, h, keyed, labelled, set, text} from './dom.js';
import {moment, number, whole, words} from './format.js';

const EVERY_MILLIS = 5000;
const LIMIT = 100;
const TYPING_MILLIS = 300;

/** A member of an event in words. */
function detail(key, value) {
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).map(([inner, part]) => detail(inner, part)).join(', ');
  }
  if (typeof value === 'number') return `${words(key)} ${Number.isInteger(value) ? whole(value) : number(value)}`;
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return `${words(key)} ${value.slice(0, 12)}\u2026`;
  return `${words(key)} ${value}`;
}

/** The events of a context's run. */
export function eventsTab(context) {
  const kinds = new Set();
  let older = [];
  let before = null;
  let poller = null;
  let typing = null;
  let newest = [];
  const search = h('input', {type: 'search', part: 'events-text', placeholder: 'text in events'});
  const filters = h('div', {class: 'buttons filters', role: 'group', 'aria-label': 'Kinds of events'});
  const rows = h('tbody');
  const table = h('table', {class: 'plain events', part: 'events'}, h('caption', {class: 'hidden'}, 'Events, newest first'),
    h('thead', {}, h('tr', {}, ['Time', 'Step', 'Event', 'What'].map(name => h('th', {scope: 'col', class: name === 'Step' ? 'right' : null}, name)))), rows);
  const none = h('p', {class: 'dim', hidden: true}, 'No event matches.');
  const more = button('Older events', 'events-more', () => loadOlder());
  const path = cursor => {
    const query = new URLSearchParams({limit: LIMIT});
    if (kinds.size) query.set('kind', [...kinds].join(','));
    if (search.value.trim()) query.set('text', search.value.trim());
    if (cursor) query.set('before', cursor);
    return runPath(context.id, 'events') + '?' + query;
  };
  const keyOf = one => JSON.stringify(one);

  function render() {
    const seen = new Set();
    const shown = [...newest, ...older].filter(one => !seen.has(keyOf(one)) && seen.add(keyOf(one)));
    keyed(rows, shown, keyOf, one => {
      const {time, event, step, ...rest} = one;
      return h('tr', {part: 'event', 'data-kind': event}, h('td', {class: 'dim nowrap'}, moment(time, true)), h('td', {class: 'right'}, whole(step)),
        h('td', {class: 'nowrap'}, h('b', {}, words(event))), h('td', {class: 'what'}, Object.entries(rest).map(([key, value]) => detail(key, value)).join(', ')));
    });
    none.hidden = shown.length > 0;
    more.hidden = !before;
  }

  function start() {
    poller?.stop();
    older = [];
    poller = context.read(path(), EVERY_MILLIS, data => {
      newest = data.events;
      if (!older.length) before = data.before;
      keyed(filters, Object.entries(data.kinds).sort(), ([kind]) => kind, ([kind]) => button('', 'kind-' + kind, () => {
        if (!kinds.delete(kind)) kinds.add(kind);
        start();
      }), (one, [kind, count]) => {
        text(one, `${words(kind)} ${whole(count)}`);
        set(one, 'aria-pressed', String(kinds.has(kind)));
      });
      render();
    });
    for (const one of filters.children) set(one, 'aria-pressed', String(kinds.has(one.dataset.key)));
  }

  async function loadOlder() {
    more.disabled = true;
    try {
      const data = await get(path(before));
      older = [...older, ...data.events];
      before = data.before;
      render();
    } catch (error) {
      text(none, error.message);
      none.hidden = false;
    } finally {
      more.disabled = false;
    }
  }

  search.oninput = () => {
    clearTimeout(typing);
    typing = setTimeout(start, TYPING_MILLIS);
  };
  start();
  return {element: h('div', {class: 'card stack'}, h('div', {class: 'bar-of-tools'}, labelled('Search', search, {class: 'field grow'})), filters,
    none, h('div', {class: 'scroll'}, table), h('div', {}, more)), show() {}, stop() {
    clearTimeout(typing);
    poller.stop();
  }};
}
