/** The tab with all scores: a table of newest and best, a plot each, and all values. */
import {bestOf} from './curves.js';
import {card, h, keyed, set, text} from './dom.js';
import {arrow, number, scoreTitle, whole} from './format.js';
import {Plot, xFormats} from './plot.js';
import {scoreTable} from './scoretable.js';

/** The scores of a context's run. */
export function scoresTab(context) {
  const plots = new Map();
  const table = scoreTable();
  const area = h('div', {class: 'plots'});
  const head = h('tr');
  const rows = h('tbody');
  const all = h('table', {class: 'plain', part: 'all-scores'}, h('caption', {class: 'hidden'}, 'All evaluations'), h('thead', {}, head), rows);
  const history = card('All evaluations', 'evaluations', h('div', {class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'All evaluations'}, all));
  const element = h('div', {class: 'stack'}, card('Scores', 'scores', table.element), area, history);

  function show(data) {
    table.show(data.scores);
    const view = {xLabel: 'step', xFormat: xFormats.step[1], log: false, smoothing: 0, band: false, range: null, points: true};
    keyed(area, data.scores, one => one.name, one => {
      const plot = new Plot('plot-score-' + one.name, scoreTitle(one), 'scores');
      plots.set(one.name, plot);
      return plot.element;
    }, (box, one) => plots.get(one.name).show([{label: one.label, x: one.step, values: one.value}], view, [], bestOf(one, 'step')));
    history.hidden = !data.scores.length;
    keyed(head, [{name: '', label: 'Step'}, ...data.scores], one => one.name,
      one => h('th', {scope: 'col', class: one.name ? 'right' : null}, one.label + (one.name ? ' ' + arrow(one) : '')));
    const steps = [...new Set(data.scores.flatMap(one => one.step))].sort((a, b) => b - a);
    keyed(rows, steps, step => step, step => h('tr', {}, h('th', {scope: 'row'}, whole(step))), (row, step) => {
      keyed(row, data.scores, one => one.name, () => h('td', {class: 'right'}), (cell, one) => {
        const at = one.step.indexOf(step);
        const best = one.best?.step === step;
        text(cell, at < 0 ? '' : number(one.value[at]) + (best ? ' best' : ''));
        set(cell, 'class', best ? 'right best' : 'right');
      });
    });
  }

  const unfollow = context.curves.follow(show);
  return {element, show() {}, stop() {
    unfollow();
    plots.forEach(plot => plot.stop());
  }};
}
