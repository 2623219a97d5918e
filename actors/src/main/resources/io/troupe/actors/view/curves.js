/** The tab with all curves of a run. */
import {runPath} from './api.js';
import {curveTools, viewOf} from './curvetools.js';
import {h, keyed} from './dom.js';
import {scoreTitle} from './format.js';
import {Plot} from './plot.js';
import {between} from './series.js';

const DETAIL_MILLIS = 10000;
const POINTS = 1600;
const GROUPS = [['loss', 'Losses'], ['logit', 'Logits'], ['penalty', 'Penalties'], ['speed', 'Speed'], ['other', 'Others']];

/**
 * What plots there are: one for each group; series of different units have one each, and scores too.
 */
export function panels(data, x) {
  const all = [];
  for (const [group, title] of GROUPS) {
    const series = data.series.filter(one => one.group === group);
    const units = [...new Set(series.map(one => one.unit))];
    for (const unit of units) {
      const own = series.filter(one => one.unit === unit);
      all.push({key: `${group}-${unit}`, title: (own.length === 1 && (units.length > 1 || group === 'other') ? own[0].label : title) + (unit ? `, ${unit}` : ''),
        series: own.map(one => ({name: one.name, label: one.label, unit: one.unit, x: data[x], values: one.mean, low: one.low, high: one.high}))});
    }
  }
  for (const score of data.scores) {
    all.push({key: 'score-' + score.name, title: scoreTitle(score), score,
      series: [{name: score.name, label: score.label, x: score[x], values: score.value}]});
  }
  return all;
}

/** Where a score is best on an axis. */
export function bestOf(score, x) {
  const at = score?.best ? score.step.indexOf(score.best.step) : -1;
  return at < 0 ? null : {x: score[x][at], value: score.best.value};
}

/** The curves of a context's run. */
export function curvesTab(context) {
  let whole = null;
  let detail = null;
  let poller = null;
  let asked = '';
  const plots = new Map();
  const area = h('div', {class: 'plots'});
  const none = h('p', {class: 'card empty'}, 'Curves begin with the first steps.');
  const tools = curveTools(() => {
    askDetail();
    render();
  });
  const hint = h('p', {class: 'dim small hint'}, 'Drag over a plot to zoom in; double-click for all.');

  /** With a range, finer points of it are read. */
  function askDetail() {
    const {from, to} = tools.range;
    const query = from === null && to === null ? ''
      : `?points=${POINTS}${from === null ? '' : '&from_step=' + from}${to === null ? '' : '&to_step=' + to}`;
    if (query === asked) return;
    asked = query;
    poller?.stop();
    poller = null;
    detail = null;
    if (query) {
      poller = context.read(runPath(context.id, 'curves') + query, DETAIL_MILLIS, data => {
        detail = data;
        render();
      });
    }
  }

  function onZoom(from, to) {
    if (from === undefined) {
      tools.zoom(null, null);
    } else {
      const data = detail ?? whole;
      const step = x => Math.round(between(data[tools.chosen.x], data.step, x));
      const [first, last] = [step(from), step(to)];
      if (last > first) tools.zoom(first, last);
    }
  }

  function render() {
    const data = detail ?? whole;
    none.hidden = Boolean(data?.step.length);
    tools.element.hidden = hint.hidden = !none.hidden;
    if (!data) return;
    const {x} = tools.chosen;
    const place = step => between(whole.step, whole[x], step);
    const {from, to} = tools.range;
    const range = from === null && to === null ? null : [place(from ?? 0), place(to ?? whole.last_step)];
    const view = viewOf(tools.chosen, range && range[1] > range[0] ? range : null);
    const marks = tools.chosen.marks ? data.marks.map(mark => ({...mark, x: place(mark.step)})) : [];
    keyed(area, panels(data, x), panel => panel.key, panel => {
      const plot = new Plot('plot-' + panel.key, panel.title, 'curves', onZoom);
      plots.set(panel.key, plot);
      return plot.element;
    }, (element, panel) => plots.get(panel.key).show(panel.series,
      panel.score ? {...view, smoothing: 0, points: true} : view, marks, bestOf(panel.score, x)));
  }

  const unfollow = context.curves.follow(data => {
    whole = data;
    render();
  });
  render();
  return {element: h('div', {}, h('h2', {class: 'hidden'}, 'Curves'), tools.element, hint, none, area), show() {}, stop() {
    unfollow();
    poller?.stop();
    plots.forEach(plot => plot.stop());
  }};
}
