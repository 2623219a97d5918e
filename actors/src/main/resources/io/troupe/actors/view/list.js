/** The list of runs. */
import {poll} from './api.js';
import {button, choice, h, keyed, labelled, options, set, text} from './dom.js';
import {fleetCard} from './fleet.js';
import {whole} from './format.js';
import {createRow, updateRow} from './listrow.js';
import {STATES} from './state.js';

const EVERY_MILLIS = 4000;
const SORTS = {
  // Living runs stay in the order of their start, or they would change places at every sign of life.
  updated_at: ['newest first', run => run.alive ? '9' + run.started_at : run.updated_at ?? '', -1],
  name: ['name', run => run.name.toLowerCase(), 1],
  state: ['state', run => STATES.indexOf(run.state), 1],
  progress: ['progress', run => run.steps ? run.step / run.steps : -1, -1],
  speed: ['speed', run => run.images_per_second ?? -1, -1],
  score: ['best score', run => run.score ? (run.score.direction === 'higher' ? -1 : 1) * run.score.best.value : Infinity, 1],
};
const COLUMNS = [['name', 'Run'], ['state', 'State'], ['progress', 'Progress'], ['speed', 'Speed'], ['score', 'Score'],
  ['updated_at', 'Last sign']];

/** What was chosen stays while the page is open. */
const chosen = {sort: 'updated_at', turned: false, filter: '', state: '', tag: '', marked: new Set()};

function matches(run) {
  const needle = chosen.filter.trim().toLowerCase();
  const hay = [run.name, run.path, run.preset ?? '', run.notes, ...run.tags].join('\n').toLowerCase();
  return (!needle || hay.includes(needle)) && (!chosen.state || run.state === chosen.state)
    && (!chosen.tag || run.tags.includes(chosen.tag));
}

function sorted(runs) {
  const [, value, way] = SORTS[chosen.sort];
  const turn = chosen.turned ? -way : way;
  return [...runs].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    return (x < y ? -turn : x > y ? turn : 0) || a.run.localeCompare(b.run);
  });
}

function howToStart(folder) {
  return [h('h2', {}, 'No run yet'),
    h('p', {}, 'Runs below ', h('code', {}, folder), ' appear here by themselves. This starts one that needs no data and no GPU:'),
    h('pre', {}, h('code', {}, 'scripts/troupe start --preset demo --new'))];
}

/** Shows all runs until it is stopped. */
export function listView(frame) {
  let list = null;
  frame.title('Runs');
  const count = h('span', {class: 'dim', part: 'count', role: 'status'});
  const filter = h('input', {type: 'search', part: 'filter', value: chosen.filter, placeholder: 'name, preset, notes, tag'});
  const sort = choice('sort', Object.entries(SORTS).map(([key, [label]]) => [key, label]), chosen.sort, value => sortBy(value));
  const state = choice('filter-state', [['', 'all'], ...STATES.map(one => [one, one])], chosen.state, value => {
    chosen.state = value;
    render();
  });
  const tag = choice('filter-tag', [['', 'all']], '', value => {
    chosen.tag = value;
    render();
  });
  const compare = h('a', {class: 'button main', part: 'compare', role: 'link', 'aria-disabled': 'true'}, 'Compare: mark two or more');
  const heads = COLUMNS.map(([key, label]) => h('th', {scope: 'col'},
    button(label, 'sort-' + key, () => sortBy(key), {class: 'sorter'})));
  const table = h('table', {class: 'runs', part: 'runs', hidden: true}, h('caption', {class: 'hidden'}, 'Runs'),
    h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, h('span', {class: 'hidden'}, 'Compare')),
      h('th', {scope: 'col'}, h('span', {class: 'hidden'}, 'Newest grid')), ...heads,
      h('th', {scope: 'col'}, h('span', {class: 'hidden'}, 'Edit')))));
  const empty = h('div', {class: 'card empty', part: 'empty', hidden: true});
  frame.main.append(
    h('div', {class: 'bar-of-tools'}, h('h1', {}, 'Runs'), count,
      labelled('Search', filter, {class: 'field grow'}), labelled('State', state), labelled('Tag', tag),
      labelled('Sort by', sort), compare),
    table, empty);
  let fleet = null;

  function showFleet() {
    if (!list.fleet || fleet) return;
    fleet = fleetCard();
    table.before(fleet.element);
  }

  function sortBy(key) {
    chosen.turned = chosen.sort === key && !chosen.turned;
    chosen.sort = key;
    sort.value = key;
    render();
  }

  function showSelection() {
    const marked = [...chosen.marked].filter(run => list.runs.some(one => one.run === run));
    const enough = marked.length >= 2;
    text(compare, enough ? `Compare ${marked.length} runs` : 'Compare: mark two or more');
    set(compare, 'href', enough ? '#/compare/' + marked.map(encodeURIComponent).join(',') : null);
    set(compare, 'aria-disabled', enough ? null : 'true');
  }

  const actions = {
    isMarked: run => chosen.marked.has(run),
    mark(run, on) {
      if (on) chosen.marked.add(run); else chosen.marked.delete(run);
      showSelection();
    },
    byTag(name) {
      chosen.tag = name;
      tag.value = name;
      render();
    },
    changed: () => poller.now(),
    below: path => (path.startsWith(list.folder + '/') ? path.slice(list.folder.length + 1) : path),
  };

  function render() {
    if (!list) return;
    showFleet();
    options(tag, [['', 'all'], ...[...new Set(list.runs.flatMap(run => run.tags))].sort().map(one => [one, one])]);
    if (tag.value !== chosen.tag) chosen.tag = tag.value;
    const shown = sorted(list.runs.filter(matches));
    text(count, (list.runs.length === shown.length ? whole(shown.length) : `${whole(shown.length)} of ${whole(list.runs.length)}`)
      + (list.complete === false ? ', and more that are not listed' : ''));
    COLUMNS.forEach(([key], index) => set(heads[index], 'aria-sort', key !== chosen.sort ? null
      : (SORTS[key][2] < 0) !== chosen.turned ? 'descending' : 'ascending'));
    keyed(table, shown, run => run.run, run => createRow(run, actions), updateRow);
    table.hidden = !shown.length;
    empty.hidden = shown.length > 0;
    if (!list.runs.length) empty.replaceChildren(...howToStart(list.folder));
    else if (!shown.length) empty.replaceChildren(h('p', {}, 'No run matches.'), button('Show all', 'show-all', showAll));
    showSelection();
  }

  function showAll() {
    Object.assign(chosen, {filter: '', state: '', tag: ''});
    filter.value = '';
    state.value = '';
    tag.value = '';
    render();
  }

  filter.oninput = () => {
    chosen.filter = filter.value;
    render();
  };
  const poller = poll('api/v1/runs', EVERY_MILLIS, data => {
    list = data;
    render();
  }, error => {
    if (list || error.status === 0 || error.status === 401) return;
    empty.hidden = false;
    empty.replaceChildren(h('p', {}, error.message));
  });
  const ages = setInterval(render, 15000);
  return {stop() {
    poller.stop();
    fleet?.stop();
    clearInterval(ages);
  }};
}
