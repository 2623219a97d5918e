/** The tools above curves: smoothing, log axis, what x is, band, marks, range. */
import {button, choice, h, labelled, text} from './dom.js';
import {xFormats} from './plot.js';

const KEY = 'troupe-curves';
const DEFAULTS = {smoothing: 0.6, log: false, x: 'step', band: true, marks: true};

function kept() {
  try {
    const found = {...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? '{}')};
    return Object.hasOwn(xFormats, found.x) ? found : DEFAULTS;
  } catch (error) {
    return DEFAULTS; // Storage may be forbidden, or hold something else.
  }
}

/** What was chosen; kept in this browser. */
const chosen = {...kept()};

/**
 * The tools.
 *
 * @param more elements that come after them
 * @param onChange called when something was chosen
 */
export function curveTools(onChange, more = []) {
  const range = {from: null, to: null};
  const amount = h('span', {class: 'amount dim'});
  const smoothing = h('input', {type: 'range', min: 0, max: 0.99, step: 0.01, part: 'smoothing'});
  smoothing.value = chosen.smoothing;
  const change = changes => {
    Object.assign(chosen, changes);
    text(amount, chosen.smoothing.toFixed(2));
    try {
      localStorage.setItem(KEY, JSON.stringify(chosen));
    } catch (error) {
      // It holds until the page is closed.
    }
    onChange();
  };
  smoothing.oninput = () => change({smoothing: Number(smoothing.value)});
  text(amount, chosen.smoothing.toFixed(2));
  const box = (label, name) => {
    const input = h('input', {type: 'checkbox', part: name, checked: chosen[name]});
    input.onchange = () => change({[name]: input.checked});
    return labelled(label, input, {class: 'field check'});
  };
  const from = h('input', {type: 'number', min: 0, step: 1, class: 'step-field', part: 'range-from', placeholder: 'first'});
  const to = h('input', {type: 'number', min: 0, step: 1, class: 'step-field', part: 'range-to', placeholder: 'last'});
  const all = button('All', 'range-all', () => zoom(null, null));

  function zoom(first, last) {
    Object.assign(range, {from: first, to: last});
    from.value = first ?? '';
    to.value = last ?? '';
    all.disabled = first === null && last === null;
    onChange();
  }

  from.onchange = to.onchange = () => {
    const typed = input => input.value === '' ? null : Math.max(0, Math.round(Number(input.value)));
    zoom(typed(from), typed(to));
  };
  all.disabled = true;
  const element = h('div', {class: 'bar-of-tools curve-tools', role: 'group', 'aria-label': 'How curves are drawn'},
    labelled('Smoothing', h('span', {class: 'slider'}, smoothing, amount)),
    labelled('x axis', choice('x-axis', [['step', 'steps'], ['images', 'images'], ['hours', 'hours in training']], chosen.x, x => change({x}))),
    box('log axis', 'log'), box('lowest and highest', 'band'), box('marks', 'marks'),
    labelled('From step', from), labelled('To step', to), all, ...more);
  smoothing.setAttribute('aria-label', 'Smoothing');
  return {element, range, zoom, chosen};
}

/** How plots are to be drawn, for a range of x or null. */
export function viewOf(chosen, range) {
  const [xLabel, xFormat] = xFormats[chosen.x];
  return {xLabel, xFormat, log: chosen.log, smoothing: chosen.smoothing, band: chosen.band, range, points: false};
}
