/** A table of scores: direction, newest, best, change. */
import {h, keyed, text} from './dom.js';
import {arrow, direction, number, whole} from './format.js';

/** The table; it says when there is no score yet. */
export function scoreTable() {
  const rows = h('tbody');
  const table = h('table', {class: 'plain', part: 'score-table'}, h('caption', {class: 'hidden'}, 'Scores'),
    h('thead', {}, h('tr', {}, ['Score', 'Newest', 'Best'].map((name, index) => h('th', {scope: 'col', class: index ? 'right' : null}, name)))), rows);
  const none = h('p', {class: 'dim'}, 'No evaluation has ended yet.');
  const element = h('div', {}, none, table);
  return {element, show(scores) {
    none.hidden = scores.length > 0;
    table.hidden = !scores.length;
    keyed(rows, scores, one => one.name,
      one => h('tr', {part: 'score'}, h('th', {scope: 'row'}, one.label, h('span', {class: 'dim small way'}, arrow(one) + ' ' + direction(one))),
        h('td', {class: 'right'}, h('b'), h('span', {class: 'dim small way'})), h('td', {class: 'right'}, h('b', {class: 'best'}), h('span', {class: 'dim small way'}))),
      (row, one) => {
        const [newest, best] = [row.children[1], row.children[2]];
        text(newest.firstChild, number(one.value.at(-1)));
        text(newest.lastChild, 'step ' + whole(one.step.at(-1)));
        text(best.firstChild, number(one.best?.value));
        text(best.lastChild, one.best ? 'step ' + whole(one.best.step) : '');
      });
  }};
}
