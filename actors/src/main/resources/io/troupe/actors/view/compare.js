/** Two or more runs beside each other: curves overlaid, settings that differ, grids of the same step. */
import {poll, runPath} from './api.js';
import {compareGrids} from './comparegrids.js';
import {panels} from './curves.js';
import {curveTools, viewOf} from './curvetools.js';
import {card, h, keyed, text} from './dom.js';
import {arrow, number, stepsOf, whole} from './format.js';
import {Plot} from './plot.js';
import {between} from './series.js';
import {chip} from './state.js';
import {seriesColor} from './theme.js';

const SUMMARY_MILLIS = 6000;
const CURVES_MILLIS = 10000;

/** Names of runs; those that are called the same are told apart by their ids. */
function namesOf(runs) {
  return new Map(runs.map(run => [run.run,
    runs.filter(one => one.name === run.name).length > 1 ? `${run.name} (${run.run.replaceAll('~', '/')})` : run.name]));
}

/** One panel for each value that a run has; its series are the runs. */
export function overlaid(curves, ids, names, x) {
  const merged = new Map();
  ids.forEach((id, color) => {
    const data = curves.get(id);
    if (!data) return;
    for (const panel of panels(data, x)) {
      for (const one of panel.series) {
        const key = panel.key + '-' + one.name;
        const title = panel.score ? panel.title : one.label + (panel.key.startsWith('loss') ? ' loss' : panel.key.startsWith('logit') ? ' logit' : '') + (one.unit ? `, ${one.unit}` : '');
        if (!merged.has(key)) merged.set(key, {key, title, score: panel.score, series: []});
        merged.get(key).series.push({...one, label: names.get(id) ?? id, color, spanGaps: true});
      }
    }
  });
  return [...merged.values()];
}

/** Shows runs beside each other until it is stopped. */
export function compareView(frame, ids) {
  let runs = [];
  const curves = new Map();
  const plots = new Map();
  const problem = h('p', {class: 'card wrong', role: 'alert', part: 'compare-problem'});
  const headRows = h('tbody');
  const summary = h('table', {class: 'plain cards', part: 'compared'}, h('caption', {class: 'hidden'}, 'The runs'),
    h('thead', {}, h('tr', {}, ['Run', 'State', 'Progress', 'Score', 'Best'].map(name => h('th', {scope: 'col'}, name)))), headRows);
  const area = h('div', {class: 'plots'});
  const settingsHead = h('tr');
  const settingsRows = h('tbody');
  const settings = h('table', {class: 'plain', part: 'differences'}, h('caption', {class: 'hidden'}, 'Settings that differ'), h('thead', {}, settingsHead), settingsRows);
  const same = h('p', {class: 'dim', hidden: true}, 'All settings are the same.');
  const tools = curveTools(() => render());
  const grids = compareGrids(ids);
  const none = h('p', {class: 'card empty', hidden: true}, 'None of these runs has curves yet.');
  frame.main.append(h('div', {class: 'bar-of-tools'}, h('h1', {}, 'Compare'), h('a', {href: '#/', class: 'button'}, 'All runs')), problem,
    h('div', {class: 'stack'}, card('Runs', 'runs-card', h('div', {class: 'scroll'}, summary)), h('div', {}, tools.element, none, area),
      card('Settings that differ', 'differences-card', same, h('div', {class: 'scroll'}, settings)), grids.element));
  frame.title('Compare', `${ids.length} runs`);

  function onZoom(from, to) {
    const [longest] = [...curves.values()].sort((a, b) => b.last_step - a.last_step);
    if (from === undefined || !longest) {
      tools.zoom(null, null);
    } else {
      const step = x => Math.round(between(longest[tools.chosen.x], longest.step, x));
      if (step(to) > step(from)) tools.zoom(step(from), step(to));
    }
  }

  function render() {
    const {x} = tools.chosen;
    const [longest] = [...curves.values()].filter(one => one.step.length).sort((a, b) => b.last_step - a.last_step);
    none.hidden = Boolean(longest) || curves.size < ids.length;
    if (!longest) return;
    const {from, to} = tools.range;
    const place = step => between(longest.step, longest[x], step);
    const range = from === null && to === null ? null : [place(from ?? 0), place(to ?? longest.last_step)];
    const view = viewOf(tools.chosen, range && range[1] > range[0] ? range : null);
    keyed(area, overlaid(curves, ids, namesOf(runs), x), panel => panel.key, panel => {
      const plot = new Plot('plot-' + panel.key, panel.title, 'compare', onZoom);
      plots.set(panel.key, plot);
      return plot.element;
    }, (element, panel) => plots.get(panel.key).show(panel.series, panel.score ? {...view, smoothing: 0, points: true} : view));
  }

  function showRuns(data) {
    runs = data.runs;
    const names = namesOf(runs);
    keyed(headRows, runs, run => run.run, run => {
      const state = chip();
      const row = h('tr', {part: 'run', 'data-run': run.run}, h('th', {scope: 'row'}, h('i', {class: 'swatch', 'aria-hidden': 'true'}),
        h('a', {href: '#/run/' + encodeURIComponent(run.run)})), h('td', {}, state.element), h('td'), h('td', {'data-label': 'Score'}), h('td', {class: 'best', 'data-label': 'Best'}));
      row.state = state;
      return row;
    }, (row, run) => {
      row.querySelector('i').style.background = seriesColor(ids.indexOf(run.run));
      text(row.querySelector('a'), names.get(run.run));
      row.state.show(run.state);
      text(row.children[2], stepsOf(run));
      text(row.children[3], run.score ? `${run.score.label} ${arrow(run.score)} ${number(run.score.newest.value)}` : '\u2013');
      text(row.children[4], run.score ? `${number(run.score.best.value)} at step ${whole(run.score.best.step)}` : '\u2013');
    });
    same.hidden = data.settings.length > 0;
    settings.hidden = !data.settings.length;
    keyed(settingsHead, [null, ...runs], run => run?.run ?? '', run => h('th', {scope: 'col'}, run ? h('i', {class: 'swatch', 'aria-hidden': 'true'}) : 'Setting', h('span')),
      (cell, run) => {
        if (!run) return;
        cell.querySelector('i').style.background = seriesColor(ids.indexOf(run.run));
        text(cell.querySelector('span'), names.get(run.run));
      });
    keyed(settingsRows, data.settings, one => one.key, one => h('tr', {part: 'difference'}, h('th', {scope: 'row', class: 'mono'}, one.key),
      one.values.map(() => h('td', {class: 'mono'}))), (row, one) => one.values.forEach((value, index) => text(row.children[index + 1], value ?? '\u2013')));
    grids.names(names);
    render();
  }

  let newest = null;
  const repaint = () => newest && showRuns(newest);
  const pollers = [poll('api/v1/compare?' + ids.map(id => 'run=' + encodeURIComponent(id)).join('&'), SUMMARY_MILLIS, data => {
    newest = data;
    text(problem, '');
    showRuns(data);
  }, error => text(problem, error.message)),
  ...ids.map(id => poll(runPath(id, 'curves') + '?points=800', CURVES_MILLIS, data => {
    curves.set(id, data);
    render();
  }))];
  document.addEventListener('themechange', repaint);
  return {stop() {
    pollers.forEach(one => one.stop());
    plots.forEach(plot => plot.stop());
    grids.stop();
    document.removeEventListener('themechange', repaint);
  }};
}
