/** The tab with pictures: grids of all steps, pictures made on request, and plots such as t-SNE. */
import {runPath} from './api.js';
import {button, card, choice, h, keyed} from './dom.js';
import {bytes, moment, whole} from './format.js';
import {gridStage} from './stage.js';
import {gridUrl} from './state.js';
import {stepSlider} from './stepslider.js';
import {enlarge} from './viewer.js';

const EVERY_MILLIS = 8000;
const MODES = [['one', 'one step'], ['divider', 'before and after, divided'], ['beside', 'before and after, side by side']];

/** The pictures of a context's run. */
export function picturesTab(context) {
  let samples = null;
  let mode = 'one';
  const stage = gridStage(context.id, 'After');
  const before = gridStage(context.id, 'Before');
  const slider = stepSlider('slider', 'Step', () => render());
  const earlier = stepSlider('slider-before', 'Before: step', () => render());
  const modes = choice('picture-mode', MODES, mode, value => {
    mode = value;
    render();
  }, {'aria-label': 'Show'});
  const cut = h('input', {type: 'range', min: 0, max: 100, value: 50, part: 'divider', 'aria-label': 'Divider between before and after'});
  const cutter = h('div', {class: 'slider cutter'}, h('span', {class: 'dim'}, 'before'), cut, h('span', {class: 'dim'}, 'after'));
  const none = h('p', {class: 'dim', part: 'no-grids'}, 'The first grid of pictures is still to come.');
  const places = h('div', {class: 'stages'}, before.element, stage.element);
  const area = h('div', {class: 'stack'}, h('div', {class: 'buttons'}, modes), slider.element, earlier.element, cutter, places);
  const grids = card('Sample grids', 'grids', none, area);
  const requested = h('div', {class: 'gallery'});
  const noneRequested = h('p', {class: 'dim'}, 'None yet: \u201cSample\u2026\u201d above, or a checkpoint\u2019s, makes some.');
  const asked = card('Pictures made on request', 'requested', noneRequested, requested);
  const drawn = h('div', {class: 'gallery wide'});
  const noPlots = h('p', {class: 'dim'}, 'Features of real and generated pictures (t-SNE) and plots appear with the first evaluation.');
  const plots = card('t-SNE and plots', 'plots', noPlots, drawn);
  cut.oninput = () => stage.cut(mode === 'divider' ? Number(cut.value) : null);
  stage.onDrag = share => {
    if (mode !== 'divider') return;
    cut.value = share;
    stage.cut(share);
  };

  function render() {
    const list = samples?.grids ?? [];
    none.hidden = list.length > 0;
    area.hidden = !list.length;
    if (!list.length) return;
    const now = list[slider.index()];
    const old = list[earlier.index()];
    earlier.element.hidden = mode === 'one';
    cutter.hidden = mode !== 'divider';
    before.element.hidden = mode !== 'beside';
    const shape = {rows: samples.rows, columns: samples.columns, picture: samples.picture, gap: samples.gap};
    stage.show(now, shape, mode === 'divider' ? old : null);
    if (mode === 'beside') before.show(old, {...shape, rows: samples.rows}, null);
    stage.cut(mode === 'divider' ? Number(cut.value) : null);
    const next = list[slider.index() + 1];
    if (next) new Image().src = gridUrl(context.id, next);
  }

  const pollers = [
    context.read(runPath(context.id, 'samples'), EVERY_MILLIS, data => {
      const first = samples === null;
      samples = data;
      const steps = data.grids.map(one => one.step);
      slider.steps(steps, first ? steps.length - 1 : null);
      earlier.steps(steps, first ? 0 : null, false);
      render();
    }),
    context.read(runPath(context.id, 'pictures'), EVERY_MILLIS, data => {
      noneRequested.hidden = data.pictures.length > 0;
      const newest = [...data.pictures].sort((a, b) => (a.at < b.at ? 1 : -1));
      keyed(requested, newest, one => one.file + one.at, one => {
        const source = runPath(context.id, 'pictures', one.file) + '?v=' + encodeURIComponent(one.at);
        const title = one.text || one.file;
        return figure(source, title, `${one.step === null || one.step === undefined ? '' : `step ${whole(one.step)} \u00b7 `}${moment(one.at)} \u00b7 ${bytes(one.bytes)}`, 'request');
      });
    }),
    context.read(runPath(context.id, 'plots'), EVERY_MILLIS, data => {
      noPlots.hidden = data.length > 0;
      const sorted = [...data].sort((a, b) => (b.file === 'tsne.png') - (a.file === 'tsne.png'));
      keyed(drawn, sorted, one => one.file + one.drawn_at, one => {
        const source = runPath(context.id, 'plots', one.file) + '?v=' + encodeURIComponent(one.drawn_at);
        return figure(source, one.file === 'tsne.png' ? 't-SNE of features, real and generated' : one.file.replace(/\.png$/, ''), 'drawn at ' + moment(one.drawn_at), 'plot');
      });
    }),
  ];
  return {element: h('div', {class: 'stack'}, grids, asked, plots), show() {}, stop() {
    pollers.forEach(one => one.stop());
    slider.stop();
    earlier.stop();
  }};
}

/** A picture with its title, which opens in large. */
function figure(source, title, below, part) {
  const opener = button('', 'enlarge-' + part, () => enlarge(title, source), {class: 'picture-button', 'aria-label': 'Enlarge: ' + title});
  opener.append(h('img', {src: source, alt: '', loading: 'lazy', class: part === 'plot' ? null : 'pixels'}));
  return h('figure', {class: 'shown', part, 'aria-label': title}, opener,
    h('figcaption', {}, h('b', {}, title), h('span', {class: 'dim small'}, below)));
}
