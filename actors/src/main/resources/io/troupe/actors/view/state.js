/** What list and run pages show alike: state, progress, speed, score, picture. */
import {runPath} from './api.js';
import {h, set, text} from './dom.js';
import {arrow, direction, duration, number, percent, scoreTitle, whole} from './format.js';

const SIGNS = {starting: '\u2026', running: '\u25b6\ufe0e', paused: '\u2016', stopping: '\u2026', finished: '\u2713',
  stopped: '\u25a0', failed: '\u2715', gone: '?', empty: '\u25cb'};

/** All states, in the order that matters to people. */
export const STATES = ['failed', 'gone', 'running', 'starting', 'stopping', 'paused', 'stopped', 'finished', 'empty'];

/** A state as a chip: a sign, a word and a colour. */
export function chip() {
  const sign = h('span', {class: 'sign', 'aria-hidden': 'true'});
  const word = h('span');
  const element = h('span', {class: 'chip', part: 'state'}, sign, word);
  return {element, show(state) {
    set(element, 'data-state', state);
    text(sign, SIGNS[state] ?? '');
    text(word, state);
  }};
}

/** A progress bar that screen readers read. */
export function progressBar() {
  const fill = h('div');
  const element = h('div', {class: 'bar', role: 'progressbar', 'aria-label': 'Progress', 'aria-valuemin': 0, part: 'progress'}, fill);
  return {element, show(run) {
    const share = run.steps ? Math.min(1, run.step / run.steps) : 0;
    set(element, 'aria-valuemax', run.steps || 1);
    set(element, 'aria-valuenow', run.step);
    set(element, 'aria-valuetext', `step ${run.step} of ${run.steps}`);
    set(element, 'data-state', run.state);
    fill.style.width = 100 * share + '%';
  }};
}

/** "46 %, 12 min left". */
export function progressText(run) {
  if (!run.steps) return '';
  const parts = [percent(Math.floor(100 * run.step / run.steps) / 100)];
  if (run.remaining_seconds !== null && run.state === 'running') parts.push(duration(run.remaining_seconds) + ' left');
  return parts.join(' \u00b7 ');
}

/** "320 images/s". */
export const speedText = run => run.images_per_second === null ? '\u2013'
  : number(run.images_per_second, 3) + '\u202fimages/s';

/** A run's score: its name with the direction, newest and best. */
export function scoreBox() {
  const name = h('span', {class: 'dim'});
  const newest = h('b');
  const best = h('span', {class: 'dim'});
  const element = h('div', {class: 'score', part: 'score'}, name, newest, best);
  return {element, show(score, isRead = true) {
    text(name, score ? `${score.label} ${arrow(score)}` : isRead ? 'no score yet' : 'being read\u2026');
    set(name, 'title', score ? direction(score) : null);
    set(name, 'aria-label', score ? scoreTitle(score) : null);
    text(newest, score ? number(score.newest.value) : '');
    text(best, !score ? '' : score.best.step === score.newest.step ? 'the best so far'
      : `best ${number(score.best.value)} at ${whole(score.best.step)}`);
  }};
}

/** The address of a grid; one that is written anew, after a rollback, has another, and browsers keep each. */
export const gridUrl = (run, grid) => runPath(run, 'samples', grid.file) + (grid.at ? '?v=' + encodeURIComponent(grid.at) : '');

/** The address of a grid that is scaled to a width. */
export const smallGridUrl = (run, grid, width) => `${runPath(run, 'samples', grid.file)}?width=${width}`;

/** A run's newest grid as a small picture; a place for it until there is one. */
export function thumbnail(width) {
  const picture = h('img', {alt: '', hidden: true, width, height: width, decoding: 'async'});
  const element = h('span', {class: 'thumb'}, picture);
  picture.onload = () => set(picture, 'hidden', false);
  picture.onerror = () => set(picture, 'hidden', true);
  return {element, show(run) {
    if (!run.grid) return;
    set(picture, 'src', smallGridUrl(run.run, run.grid, 2 * width));
    set(picture, 'alt', 'Newest sample grid, step ' + run.grid.step);
  }};
}
