/** The tab that says who holds what: actors and mailboxes, leases, waits, memory. */
import {poll, runPath} from './api.js';
import {card, h, keyed, set, text} from './dom.js';
import {bytes, duration, percent, whole, words} from './format.js';

const EVERY_MILLIS = 3000;

function table(part, caption, columns) {
  const rows = h('tbody');
  const element = h('table', {class: 'plain', part}, h('caption', {class: 'hidden'}, caption),
    h('thead', {}, h('tr', {}, columns.map((name, index) => h('th', {scope: 'col', class: index ? 'right' : null}, name)))), rows);
  return {element: h('div', {class: 'scroll'}, element), show(items, key, cells) {
    keyed(rows, items, key, one => h('tr', {}, cells(one).map((cell, index) => (index ? h('td', {class: 'right'}) : h('th', {scope: 'row'})))),
      (row, one) => cells(one).forEach((cell, index) => text(row.children[index], cell)));
  }, rows};
}

/** A share as a bar with words. */
function meter(name) {
  const fill = h('div');
  const bar = h('div', {class: 'bar', role: 'meter', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-label': name}, fill);
  const amount = h('span');
  const element = h('div', {class: 'meter'}, h('span', {}, name), amount, bar);
  return {element, show(used, limit) {
    element.hidden = used === null || used === undefined;
    const share = limit ? Math.min(1, used / limit) : 0;
    bar.hidden = !limit;
    text(amount, limit ? `${bytes(used)} of ${bytes(limit)} (${percent(share)})` : bytes(used));
    set(bar, 'aria-valuenow', Math.round(100 * share));
    set(bar, 'aria-valuetext', amount.textContent);
    set(bar, 'data-state', share > 0.9 ? 'failed' : 'running');
    fill.style.width = 100 * share + '%';
  }};
}

/** The company of a context's run. */
export function companyTab(context) {
  const none = h('p', {class: 'card empty', part: 'no-company', hidden: true});
  const actors = table('actors', 'Actors', ['Actor', 'Waiting', 'Handled', 'Restarts']);
  const leases = table('leases', 'Leases', ['Pool', 'Lent', 'Of']);
  const waits = table('waits', 'Waits', ['What training waited for', 'Time']);
  const heap = meter('Heap');
  const offheap = meter('Off-heap');
  const resident = meter('Resident in memory');
  const all = h('div', {class: 'company'},
    card('Actors and their mailboxes', 'actors-card', actors.element),
    h('div', {class: 'stack'}, card('Memory', 'memory-card', heap.element, offheap.element, resident.element),
      card('Leases of buffers', 'leases-card', leases.element), card('Waits', 'waits-card', waits.element)));
  all.hidden = true;
  const poller = poll(runPath(context.id, 'company'), EVERY_MILLIS, data => {
    none.hidden = true;
    all.hidden = false;
    actors.show(data.actors, one => one.name, one => [one.name + (one.failing ? ' \u2013 failing' : ''), whole(one.mailbox), whole(one.messages), whole(one.restarts)]);
    data.actors.forEach((one, index) => actors.rows.children[index].classList.toggle('failing', one.failing));
    leases.show(data.leases, one => one.pool, one => [one.pool, whole(one.lent), whole(one.size)]);
    waits.show(Object.entries(data.waits ?? {}), ([name]) => name, ([name, seconds]) => [words(name.replace(/_seconds$/, '')), duration(seconds)]);
    const memory = data.memory ?? {};
    heap.show(memory.heap_bytes, memory.heap_limit_bytes);
    offheap.show(memory.offheap_bytes, memory.offheap_limit_bytes);
    resident.show(memory.resident_bytes, null);
  }, error => {
    if (error.status === 0 || error.status === 401) return;
    none.hidden = false;
    all.hidden = true;
    text(none, error.status === 409 ? 'Nobody is at work: ' + error.message : error.message);
  });
  return {element: h('div', {}, none, all), show() {}, stop: () => poller.stop()};
}
