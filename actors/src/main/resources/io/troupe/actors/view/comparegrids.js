/** Grids of several runs at the same step, with one slider. */
import {poll, runPath} from './api.js';
import {card, h, text} from './dom.js';
import {gridStage} from './stage.js';
import {stepSlider} from './stepslider.js';

const EVERY_MILLIS = 10000;

/** The grids of runs. */
export function compareGrids(ids) {
  const known = new Map();
  const titles = new Map(ids.map(id => [id, h('h3', {}, id.replaceAll('~', '/'))]));
  const stages = new Map(ids.map(id => [id, gridStage(id, id)]));
  const columns = new Map(ids.map(id => [id, h('div', {class: 'stage-column', 'data-run': id}, titles.get(id), stages.get(id).element)]));
  const slider = stepSlider('slider', 'Step', () => render());
  const none = h('p', {class: 'dim'}, 'None of these runs has sample grids yet.');
  const area = h('div', {class: 'stack'}, slider.element, h('div', {class: 'stages'}, ...columns.values()));
  const element = card('Sample grids at the same step', 'grids', none, area);
  let steps = [];
  area.hidden = true;

  /** Of each run the grid of the step, or the last one before it. */
  function render() {
    const step = steps[slider.index()];
    for (const [id, samples] of known) {
      const grid = samples.grids.filter(one => one.step <= step).at(-1);
      columns.get(id).hidden = !grid;
      if (grid) stages.get(id).show(grid, samples, null);
    }
    for (const id of ids) if (!known.has(id)) columns.get(id).hidden = true;
  }

  const pollers = ids.map(id => poll(runPath(id, 'samples'), EVERY_MILLIS, data => {
    const first = !steps.length;
    known.set(id, data);
    steps = [...new Set([...known.values()].flatMap(one => one.grids.map(grid => grid.step)))].sort((a, b) => a - b);
    none.hidden = steps.length > 0;
    area.hidden = !steps.length;
    if (!steps.length) return;
    slider.steps(steps, first ? steps.length - 1 : null);
    render();
  }));
  return {element, names(names) {
    for (const [id, title] of titles) text(title, names.get(id) ?? id);
  }, stop() {
    pollers.forEach(one => one.stop());
    slider.stop();
  }};
}
