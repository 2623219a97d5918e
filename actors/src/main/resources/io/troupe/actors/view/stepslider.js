/** A slider through steps, with buttons for the one before and after, and one that plays them. */
import {button, h, labelled, set, text} from './dom.js';
import {whole} from './format.js';

const FRAME_MILLIS = 250;

/**
 * A slider; at its end it stays at the end when steps are added.
 *
 * @param onChange called when another step is chosen
 */
export function stepSlider(part, label, onChange) {
  let all = [];
  let timer = null;
  const range = h('input', {type: 'range', min: 0, max: 0, step: 1, part});
  const shown = h('b', {class: 'step-shown'});
  const before = button('\u2039', part + '-previous', () => move(-1), {'aria-label': 'Previous step'});
  const after = button('\u203a', part + '-next', () => move(1), {'aria-label': 'Next step'});
  const play = button('Play', part + '-play', () => (timer ? stop() : begin()), {'aria-pressed': 'false'});
  const element = h('div', {class: 'step-slider'}, labelled(label, h('span', {class: 'slider'}, range, shown), {class: 'field grow'}),
    h('div', {class: 'buttons'}, before, play, after));
  const index = () => Number(range.value);
  const go = to => {
    range.value = to;
    show();
    onChange();
  };
  const move = by => go(Math.min(all.length - 1, Math.max(0, index() + by)));

  function show() {
    text(shown, all.length ? 'step ' + whole(all[index()]) : '');
    set(range, 'aria-valuetext', all.length ? `step ${all[index()]}, ${index() + 1} of ${all.length}` : null);
    before.disabled = index() === 0;
    after.disabled = index() >= all.length - 1;
    play.disabled = all.length < 2;
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    text(play, 'Play');
    set(play, 'aria-pressed', 'false');
  }

  function begin() {
    if (index() >= all.length - 1) go(0);
    text(play, 'Stop');
    set(play, 'aria-pressed', 'true');
    timer = setInterval(() => (index() >= all.length - 1 ? stop() : move(1)), FRAME_MILLIS);
  }

  range.oninput = () => {
    show();
    onChange();
  };
  return {element, index, stop, steps(list, start, followsEnd = true) {
    const step = all[index()];
    const atEnd = index() >= all.length - 1;
    all = list;
    set(range, 'max', Math.max(0, list.length - 1));
    const same = list.indexOf(step);
    range.value = start ?? (atEnd && followsEnd ? list.length - 1 : Math.max(0, same));
    show();
  }};
}
