/** The tab that shows the most important at once: newest grid, losses, scores, speed. */
import {card, h, set, text} from './dom.js';
import {scoreTitle, whole} from './format.js';
import {Plot, xFormats} from './plot.js';
import {scoreTable} from './scoretable.js';
import {gridUrl} from './state.js';
import {enlarge} from './viewer.js';

const SMOOTHING = 0.8;

/** The overview of a context's run. */
export function overviewTab(context) {
  const picture = h('img', {class: 'grid', alt: '', hidden: true, part: 'newest-grid'});
  const open = h('button', {type: 'button', class: 'picture-button', part: 'enlarge', onclick: () => enlarge(picture.alt, picture.dataset.whole)}, picture);
  const none = h('p', {class: 'dim'}, 'The first grid of pictures is still to come.');
  const pictures = card('Newest pictures', 'pictures', open, none);
  const losses = new Plot('plot-loss', 'Losses', 'overview');
  const score = new Plot('plot-score', 'Score', 'overview');
  const speed = new Plot('plot-speed', 'Speed', 'overview');
  const table = scoreTable();
  const noCurves = h('p', {class: 'card empty', part: 'no-curves', hidden: true}, 'Curves begin with the first steps.');
  const scores = card('Scores', 'scores', table.element);
  const element = h('div', {class: 'overview'}, pictures, h('div', {class: 'plots'}, noCurves, losses.element, score.element, speed.element), scores);
  picture.onload = () => {
    set(picture, 'hidden', false);
    set(open, 'hidden', false);
    none.hidden = true;
  };
  picture.onerror = () => {
    set(picture, 'hidden', true);
    set(open, 'hidden', true);
    text(none, 'The newest grid cannot be read.');
    none.hidden = false;
  };

  function curves(data) {
    const view = {xLabel: 'step', xFormat: xFormats.step[1], log: false, smoothing: SMOOTHING, band: false, range: null, points: false};
    const marks = data.marks.filter(mark => mark.kind !== 'checkpoint').map(mark => ({...mark, x: mark.step}));
    const group = name => data.series.filter(one => one.group === name).map(one => ({label: one.label, x: data.step, values: one.mean}));
    losses.show(group('loss'), view, marks);
    const rate = data.series.filter(one => one.name === 'images_per_second');
    const speeds = rate.length ? rate : data.series.filter(one => one.group === 'speed');
    text(speed.heading, ['Speed', speeds[0]?.unit].filter(part => part).join(', '));
    speed.show(speeds.map(one => ({label: one.label, x: data.step, values: one.mean})),
      {...view, smoothing: 0.6}, marks);
    const wanted = data.scores.find(one => one.name === context.run.score?.name) ?? data.scores[0];
    score.element.hidden = !wanted;
    if (wanted) {
      text(score.heading, scoreTitle(wanted));
      score.show([{label: wanted.label, x: wanted.step, values: wanted.value}], {...view, smoothing: 0, points: true}, [],
        wanted.best && {x: wanted.best.step, value: wanted.best.value});
    }
    noCurves.hidden = data.step.length > 0;
    losses.element.hidden = speed.element.hidden = !data.step.length;
    table.show(data.scores);
  }

  const unfollow = context.curves.follow(curves);
  return {element, show(run) {
    if (!run.grid) {
      none.hidden = false;
      open.hidden = true;
      return;
    }
    text(pictures.heading, `Newest pictures, step ${whole(run.grid.step)}`);
    if (!picture.getAttribute('src')) none.hidden = true;
    set(picture, 'src', gridUrl(run.run, run.grid));
    picture.dataset.whole = picture.getAttribute('src');
    set(picture, 'alt', `Sample grid of step ${run.grid.step}`
      + (run.class_rows && run.classes.length ? `, one row for each of ${run.classes.length} classes` : ''));
  }, stop() {
    unfollow();
    for (const plot of [losses, score, speed]) plot.stop();
  }};
}
