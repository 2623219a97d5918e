/** What a fleet's node shows above its runs: nodes with their slots, the queue, sweeps. */
import {poll} from './api.js';
import {card, h, keyed, text} from './dom.js';
import {whole} from './format.js';

const EVERY_MILLIS = 4000;
const MOST_QUEUED = 20;
const QUEUED = 'QUEUED';

function table(part, caption, ...heads) {
  const element = h('table', {class: 'plain cards', part}, h('caption', {class: 'hidden'}, caption),
    h('thead', {}, h('tr', {}, heads.map(head => h('th', {scope: 'col'}, head)))), h('tbody'));
  return {element, place: h('div', {class: 'scroll'}, element), rows: element.querySelector('tbody'), heads};
}

function row(heads, first) {
  return h('tr', {}, h('th', {scope: 'row'}, first), heads.slice(1).map(head => h('td', {'data-label': head})));
}

function fill(element, values) {
  values.forEach((value, index) => text(element.children[index + 1], value));
}

/** How many there are of what: one run, 3 runs. */
const counted = (count, one, many) => count === 1 ? '1 ' + one : `${whole(count)} ${many}`;

function summary(fleet) {
  const trainers = fleet.nodes.filter(node => node.roles.includes('trainer'));
  const slots = trainers.reduce((sum, node) => sum + node.slots, 0);
  const used = trainers.reduce((sum, node) => sum + node.used, 0);
  const queued = fleet.runs.filter(run => run.state === QUEUED).length;
  return `${counted(fleet.nodes.length, 'node', 'nodes')}; ${whole(used)} of ${counted(slots, 'slot', 'slots')} taken; `
    + (queued ? counted(queued, 'run', 'runs') + ' in the queue' : 'nobody waits');
}

function order(a, b) {
  return (a.state === QUEUED) - (b.state === QUEUED) || b.priority - a.priority;
}

/** The fleet's card; it asks until it is stopped. */
export function fleetCard() {
  const line = h('p', {part: 'fleet-line', role: 'status'});
  const nodes = table('fleet-nodes', 'Nodes', 'Node', 'Slots', 'Roles', 'State');
  const runs = table('fleet-runs', 'Runs that have a slot or wait for one', 'Run', 'State', 'Node', 'Priority', 'Note');
  const more = h('p', {class: 'dim', part: 'fleet-more', hidden: true});
  const sweeps = h('ul', {class: 'jobs', part: 'fleet-sweeps'});
  const element = card('Fleet', 'fleet', line, nodes.place, runs.place, more, sweeps);
  element.classList.add('fleet');

  function show(fleet) {
    text(line, summary(fleet));
    keyed(nodes.rows, fleet.nodes, node => node.name,
      node => row(nodes.heads, h('a', {href: node.url}, node.name)),
      (tr, node) => {
        tr.classList.toggle('away', !node.reachable);
        fill(tr, [node.roles.includes('trainer') ? `${whole(node.used)} of ${whole(node.slots)}` : '\u2013',
          node.roles.join(', '), node.reachable ? 'there' : 'cannot be reached']);
      });
    const open = fleet.runs.filter(run => [QUEUED, 'PLACED', 'STOPPING', 'DROPPING'].includes(run.state)).sort(order);
    keyed(runs.rows, open.slice(0, MOST_QUEUED), run => run.name,
      run => row(runs.heads, h('a', {href: '#/run/' + encodeURIComponent(run.name)}, run.name)),
      (tr, run) => fill(tr, [run.state.toLowerCase(), run.node ?? '\u2013', run.priority, run.message]));
    runs.place.hidden = !open.length;
    more.hidden = open.length <= MOST_QUEUED;
    text(more, `and ${whole(open.length - MOST_QUEUED)} more`);
    keyed(sweeps, fleet.sweeps, sweep => sweep.name, sweep => h('li', {}, h('strong', {}, 'Sweep ' + sweep.name), h('span'), h('a', {hidden: true}, 'table')),
      (li, sweep) => {
        text(li.children[1], `${whole(sweep.over)} of ${counted(sweep.runs, 'run', 'runs')} over; ${sweep.keys.join(', ')}`);
        li.children[2].hidden = !sweep.tabled;
        li.children[2].href = 'api/v1/fleet/sweeps/' + encodeURIComponent(sweep.name);
      });
  }

  const poller = poll('api/v1/fleet', EVERY_MILLIS, show, error => text(line, error.message));
  return {element, stop: () => poller.stop()};
}
