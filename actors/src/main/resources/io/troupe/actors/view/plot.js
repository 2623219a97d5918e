/** A plot by uPlot: lines with faint raw values and bands, marks, shared cursor, a legend with values. */
import {speak} from './answer.js';
import {h, keyed, set, text} from './dom.js';
import {number, ticks, whole} from './format.js';
import {joined, smooth} from './series.js';
import {color, seriesColor} from './theme.js';

const HEIGHT = 220;
const NEAR_PIXELS = 5;
const MARK_COLORS = {rollback: '--bad', failed: '--bad', settings: '--accent', checkpoint: '--edge', resumed: '--warn'};

/**
 * A plot.
 *
 * @param part its data-part
 * @param title what its values are
 * @param sync cursors of plots with the same key go together
 * @param onZoom gets the first and last x that somebody dragged over, or nothing for all
 */
export class Plot {
  constructor(part, title, sync, onZoom = () => {}) {
    Object.assign(this, {title, sync, onZoom, chart: null, shape: '', off: new Set(), data: null, view: null});
    this.place = h('div', {class: 'plot-place', role: 'img', tabindex: 0});
    this.at = h('span', {class: 'dim plot-at'});
    this.place.onkeydown = event => this.key(event);
    this.legend = h('div', {class: 'legend'});
    this.heading = h('h3', {}, title);
    this.element = h('figure', {class: 'plot card', part, 'aria-label': title},
      h('figcaption', {}, this.heading, this.at), this.place, this.legend);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.place);
    this.onTheme = () => this.draw(true);
    document.addEventListener('themechange', this.onTheme);
  }

  /**
   * Shows values.
   *
   * @param series [{label, x, values, low, high, unit}], low and high may be null
   * @param view {xLabel, xFormat, log, smoothing, band, range: [from, to] or null, points}
   * @param marks [{x, kind, text}]
   * @param best {x, value, label} or null
   */
  show(series, view, marks = [], best = null) {
    Object.assign(this, {given: series, view, marks, best});
    this.draw(false);
  }

  draw(anew) {
    if (!this.given) return;
    const {given: series, view} = this;
    const signless = series.every(one => one.values.every(value => value === null || value > 0));
    this.lines = [];
    const tables = [];
    series.forEach((one, index) => {
      if (this.off.has(one.label)) return;
      const smoothed = view.smoothing > 0 ? smooth(one.values, view.smoothing) : null;
      const columns = [one.values];
      if (smoothed) columns.push(smoothed);
      const band = view.band && one.low !== null && one.low !== undefined;
      if (band) columns.push(one.low, one.high);
      this.lines.push({one, index, smoothed: Boolean(smoothed), band});
      tables.push([one.x, ...columns]);
    });
    this.data = joined(tables);
    // A single value is no line.
    const points = view.points || this.data[0].length === 1;
    const shape = JSON.stringify([view.log, signless, points, this.lines.map(line => [line.one.label, line.index, line.smoothed, line.band])]);
    const empty = !this.data[0].length;
    if (this.chart && !anew && shape === this.shape && !empty) {
      this.chart.setData(this.data);
    } else {
      this.chart?.destroy();
      this.chart = empty ? null : this.create(signless, points);
    }
    this.shape = shape;
    this.place.classList.toggle('none', empty);
    set(this.place, 'aria-label', this.summary());
    this.showLegend();
  }

  create(signless, showPoints) {
    const {view} = this;
    const options = {
      width: Math.max(200, this.place.clientWidth), height: HEIGHT, legend: {show: false}, padding: [8, 20, 0, 0],
      scales: {
        x: {time: false, range: (chart, low, high) => this.view.range ?? (low === high ? [low - 1, high + 1] : [low, high])},
        // A log axis has no place for 0 and less: then it is one of asinh, linear around 0.
        y: view.log ? {distr: signless ? 3 : 4, log: 10} : {},
      },
      axes: [this.axis({values: (chart, splits) => splits.map(value => this.view.xFormat(value)), space: 70, size: 28}),
        this.axis({values: (chart, splits, axis, space, distance) => view.log ? splits.map(value => value === null ? '' : number(value, 2)) : ticks(splits, distance), size: 58})],
      cursor: {
        sync: {key: this.sync, scales: ['x', null]}, drag: {x: true, y: false, setScale: false}, focus: {prox: 24},
        points: {size: 7}, bind: {dblclick: () => () => this.onZoom()},
      },
      series: [{}], bands: [],
      hooks: {setCursor: [() => this.showValues()], draw: [chart => this.drawMarks(chart)], setSelect: [chart => this.selected(chart)]},
    };
    for (const line of this.lines) {
      const paint = seriesColor(line.one.color ?? line.index);
      const points = {show: showPoints, size: 5, fill: paint};
      const hiddenPoints = {points: {show: false}};
      options.series.push(line.smoothed ? {stroke: paint + '55', width: 1, spanGaps: line.one.spanGaps, ...hiddenPoints}
        : {stroke: paint, width: 1.6, spanGaps: line.one.spanGaps, points});
      if (line.smoothed) options.series.push({stroke: paint, width: 2, spanGaps: line.one.spanGaps, points});
      if (line.band) {
        options.series.push({stroke: 'transparent', ...hiddenPoints}, {stroke: 'transparent', ...hiddenPoints});
        const last = options.series.length - 1;
        options.bands.push({series: [last, last - 1], fill: paint + '2a'});
      }
    }
    const chart = new window.uPlot(options, this.data, this.place);
    dragByFinger(chart);
    return chart;
  }

  axis(more) {
    const line = {stroke: color('--line'), width: 1};
    return {stroke: color('--dim'), font: '11px system-ui, sans-serif', grid: line, ticks: {...line, size: 4}, gap: 4, ...more};
  }

  fit() {
    const width = this.place.clientWidth;
    if (this.chart && width > 0 && width !== this.chart.width) this.chart.setSize({width, height: HEIGHT});
  }

  selected(chart) {
    const {left, width} = chart.select;
    if (width < 4) return;
    const [from, to] = [chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')];
    chart.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
    this.onZoom(from, to);
  }

  drawMarks(chart) {
    const {ctx, bbox} = chart;
    ctx.save();
    for (const mark of this.marks) {
      const x = Math.round(chart.valToPos(mark.x, 'x', true));
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      const small = mark.kind === 'checkpoint';
      ctx.strokeStyle = color(MARK_COLORS[mark.kind] ?? '--edge');
      ctx.lineWidth = devicePixelRatio * (small ? 1 : 1.5);
      ctx.setLineDash(small ? [] : [4 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(x, small ? bbox.top + bbox.height - 6 * devicePixelRatio : bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    if (this.best) {
      ctx.setLineDash([]);
      ctx.strokeStyle = color('--good');
      ctx.lineWidth = 2 * devicePixelRatio;
      ctx.beginPath();
      ctx.arc(chart.valToPos(this.best.x, 'x', true), chart.valToPos(this.best.value, 'y', true), 6 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.stroke();
    }
    ctx.restore();
  }

  /** The value of a line at or before a place, for x that only other lines have. */
  valueAt(place, index) {
    let column = 1;
    for (const line of this.lines.slice(0, place)) column += 1 + (line.smoothed ? 1 : 0) + (line.band ? 2 : 0);
    const values = this.data[column + (this.lines[place].smoothed ? 1 : 0)];
    let at = Math.min(index, values.length - 1);
    while (at > 0 && (values[at] === null || values[at] === undefined)) at--;
    return values[at] ?? null;
  }

  showValues() {
    const index = this.chart?.cursor.idx;
    const hovering = index !== null && index !== undefined;
    const last = this.data[0].length - 1;
    this.lines.forEach((line, place) => {
      const output = this.legend.children[line.index]?.lastChild;
      if (output) text(output, number(last < 0 ? null : this.valueAt(place, hovering ? index : last)));
    });
    text(this.at, last < 0 ? 'no values yet' : this.whereIs(hovering ? this.data[0][index] : this.data[0][last], hovering));
  }

  whereIs(x, hovering) {
    const where = `${this.view.xLabel} ${this.view.xFormat(x)}`;
    if (!hovering) return where;
    const left = this.chart.valToPos(x, 'x');
    const near = this.marks.filter(mark => Math.abs(this.chart.valToPos(mark.x, 'x') - left) <= NEAR_PIXELS)
      .sort((a, b) => (a.kind === 'checkpoint') - (b.kind === 'checkpoint'))[0];
    return near ? `${where} \u00b7 ${near.text}` : where;
  }

  /** Arrows move the cursor, Escape takes it away; what is there is said. */
  key(event) {
    const by = {ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity}[event.key];
    if (!this.chart || (by === undefined && event.key !== 'Escape')) return;
    event.preventDefault();
    if (by === undefined) {
      this.chart.setCursor({left: -10, top: -10});
      return;
    }
    const [from, to] = this.chart.series[0].idxs;
    const index = Math.min(to, Math.max(from, (this.chart.cursor.idx ?? to) + by));
    const left = this.chart.valToPos(this.data[0][index], 'x');
    this.chart.setCursor({left, top: this.chart.over.clientHeight / 2});
    speak([this.at.textContent, ...[...this.legend.children].map(entry => entry.textContent)].join(', '));
  }

  showLegend() {
    const several = this.given.length > 1;
    keyed(this.legend, this.given, one => one.label, one => h(several ? 'button' : 'span', {
      type: several ? 'button' : null, class: 'entry', part: 'series', onclick: several ? () => this.toggle(one.label) : null,
    }, h('i', {'aria-hidden': 'true'}), h('span', {}, one.label), h('b', {class: 'value'})), (element, one) => {
      const shown = !this.off.has(one.label);
      element.firstChild.style.background = seriesColor(one.color ?? this.given.indexOf(one));
      if (several) set(element, 'aria-pressed', String(shown));
      if (!shown) text(element.lastChild, '');
    });
    this.showValues();
  }

  toggle(label) {
    if (this.off.has(label)) this.off.delete(label); else this.off.add(label);
    this.draw(true);
  }

  /** What the plot shows, in words. */
  summary() {
    const sentences = this.given.map(one => {
      const known = one.values.map((value, index) => [value, one.x[index]]).filter(([value]) => value !== null && value !== undefined);
      if (!known.length) return one.label + ': no values yet.';
      const values = known.map(([value]) => value);
      const low = values.reduce((a, b) => Math.min(a, b));
      const high = values.reduce((a, b) => Math.max(a, b));
      return `${one.label}: ${known.length} values, now ${number(values.at(-1))} at ${this.view.xLabel} ${this.view.xFormat(known.at(-1)[1])},`
        + ` lowest ${number(low)}, highest ${number(high)}.`;
    });
    if (this.best) sentences.push(`Best ${number(this.best.value)}.`);
    return `Plot of ${this.title}. ${sentences.join(' ')}`;
  }

  /** Ends it. */
  stop() {
    this.chart?.destroy();
    this.observer.disconnect();
    document.removeEventListener('themechange', this.onTheme);
  }
}

/** uPlot hears of mice alone: a finger that goes sideways selects like one, and where it taps the values are shown. */
function dragByFinger(chart) {
  const {over} = chart;
  let from = null;
  const at = event => Math.min(over.clientWidth, Math.max(0, event.clientX - over.getBoundingClientRect().left));
  over.addEventListener('pointerdown', event => {
    from = event.pointerType === 'touch' && event.isPrimary ? at(event) : null;
    if (from !== null) chart.setCursor({left: from, top: over.clientHeight / 2});
  });
  over.addEventListener('pointermove', event => {
    if (from === null || !event.isPrimary) return;
    const [left, right] = [Math.min(from, at(event)), Math.max(from, at(event))];
    chart.setSelect({left, width: right - left, top: 0, height: over.clientHeight}, false);
  });
  const end = fire => event => {
    if (from === null || !event.isPrimary) return;
    const {left, width} = chart.select;
    from = null;
    if (fire) chart.setSelect({left, width, top: 0, height: over.clientHeight});
    if (!fire || width < 4) chart.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
  };
  over.addEventListener('pointerup', end(true));
  over.addEventListener('pointercancel', end(false));
}

/** How values of x are written: whole steps and images, hours with decimals. */
export const xFormats = {
  step: ['step', value => whole(value)],
  images: ['image', value => value >= 1e6 ? number(value / 1e6, 3) + '\u202fM' : value >= 1e4 ? number(value / 1e3, 3) + '\u202fk' : whole(value)],
  hours: ['hour', value => number(value, 3)],
};
