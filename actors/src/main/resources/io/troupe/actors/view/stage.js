/** Where a grid is shown in large: names of classes beside its rows, and another step before it. */
import {h, keyed, set, text} from './dom.js';
import {whole} from './format.js';
import {gridUrl} from './state.js';
import {enlarge} from './viewer.js';

const HEIGHT = '74vh';

/** Shows a picture when it is there; the old one stays until then. */
function changing(picture) {
  let wanted = '';
  return async source => {
    if (source === wanted) return;
    wanted = source;
    const next = new Image();
    next.src = source;
    try {
      await next.decode();
    } catch (error) {
      // It cannot be read; the browser shows the alternative text.
    }
    if (source === wanted) set(picture, 'src', source);
  };
}

/**
 * A stage.
 *
 * @param name what it is called when there are two
 */
export function gridStage(run, name) {
  const above = h('img', {class: 'pixels', alt: '', part: 'grid'});
  const below = h('img', {class: 'pixels below', alt: '', hidden: true, part: 'grid-before'});
  const line = h('div', {class: 'cut', hidden: true});
  const opener = h('button', {type: 'button', class: 'picture-button', part: 'enlarge-grid'}, above, below, line);
  const rows = h('ol', {class: 'rows', part: 'class-names', 'aria-label': 'Classes of the rows'});
  const title = h('figcaption', {class: 'dim'});
  const frame = h('div', {class: 'stage-frame'}, rows, opener);
  const element = h('figure', {class: 'stage', 'aria-label': name}, title, frame);
  const showAbove = changing(above);
  const showBelow = changing(below);
  let dragged = false;
  const stage = {element, onDrag: () => {}, show(grid, shape, old) {
    const count = shape.rows?.length ?? 0;
    const source = gridUrl(run, grid);
    const words = count ? `, one row for each of ${count} classes` : '';
    set(above, 'alt', `Sample grid of step ${grid.step}${words}`);
    text(title, old ? `step ${whole(old.step)} (left) and step ${whole(grid.step)} (right)` : `step ${whole(grid.step)}`);
    showAbove(source);
    below.hidden = !old;
    if (old) {
      set(below, 'alt', `Sample grid of step ${old.step}`);
      showBelow(gridUrl(run, old));
    }
    set(opener, 'aria-label', `Enlarge the grid of step ${grid.step}`);
    opener.onclick = () => dragged || enlarge(`Sample grid of step ${whole(grid.step)}`, source);
    if (count) {
      const side = cells => cells * (shape.picture + shape.gap) + shape.gap;
      fit(side(shape.columns), side(count));
    }
    rows.hidden = !count;
    keyed(rows, shape.rows ?? [], one => one, one => h('li', {title: one}, h('span', {}, one)));
  }, cut(percent) {
    line.hidden = percent === null;
    below.style.clipPath = percent === null ? '' : `inset(0 ${100 - percent}% 0 0)`;
    line.style.left = percent + '%';
  }};

  function fit(width, height) {
    frame.style.setProperty('--ratio', String(width / height));
    frame.style.setProperty('--tall', HEIGHT);
  }

  above.onload = () => rows.hidden && fit(above.naturalWidth, above.naturalHeight);
  opener.onpointerdown = event => {
    dragged = false;
    if (line.hidden) return;
    const move = now => {
      const box = opener.getBoundingClientRect();
      dragged ||= Math.abs(now.clientX - event.clientX) > 3;
      if (dragged) stage.onDrag(Math.round(100 * Math.min(1, Math.max(0, (now.clientX - box.left) / box.width))));
    };
    opener.setPointerCapture(event.pointerId);
    opener.onpointermove = move;
    opener.onpointerup = opener.onpointercancel = () => {
      opener.onpointermove = null;
    };
  };
  return stage;
}
