/** The head of a run: name, state, progress, figures, what is wrong, and the buttons that steer it. */
import {button, h, keyed, set, text} from './dom.js';
import {ago, duration, moment, number, percent, stepsOf, words} from './format.js';
import {notesForm} from './notes.js';
import {chip, progressBar} from './state.js';
import {steering} from './steer.js';

const ALARMS = {failed: 'This run failed.', gone: 'The daemon of this run is gone.', empty: 'This run has not begun.'};

/** Pairs of a term and its value, which keep their places. */
function figures() {
  const element = h('dl', {class: 'figures-row'});
  return {element, show(pairs) {
    keyed(element, pairs.filter(([, value]) => value), ([term]) => term,
      ([term]) => h('div', {}, h('dt', {}, term), h('dd')), (box, [, value]) => text(box.lastChild, value));
  }};
}

function facts(run) {
  const living = ['running', 'paused', 'starting', 'stopping'].includes(run.state);
  return [
    ['Left', run.state === 'running' && run.remaining_seconds !== null ? duration(run.remaining_seconds) : ''],
    ['Done at', run.finishes_at ? moment(run.finishes_at) : ''],
    ['Speed', run.images_per_second === null ? '' : number(run.images_per_second, 3) + '\u202fimages/s'],
    ['A step', run.seconds_per_step === null ? '' : duration(run.seconds_per_step)],
    ['In training', run.elapsed_seconds ? duration(run.elapsed_seconds) : ''],
    ['Epoch', run.status?.epoch ?? null],
    ['Rollbacks', run.status?.rollbacks || null],
    ['Evaluation', run.evaluation_share === null ? '' : percent(run.evaluation_share)],
    [living ? 'Last sign' : 'Ended', run.updated_at ? ago(run.updated_at) : ''],
  ];
}

/** The head of a context's run. */
export function createHead(context) {
  const name = h('h1', {part: 'name'}, context.id.replaceAll('~', '/'));
  const state = chip();
  const edit = button('Edit', 'edit', () => toggle(), {class: 'quiet', 'aria-label': 'Edit name, tags and notes', 'aria-expanded': 'false'});
  const where = h('p', {class: 'dim where'});
  const tags = h('span', {class: 'tags'});
  const notes = h('p', {class: 'notes', part: 'notes'});
  const alarmTitle = h('strong');
  const alarmText = h('p', {part: 'state-text'});
  const alarm = h('div', {class: 'alarm', part: 'alarm', role: 'alert', hidden: true}, alarmTitle, alarmText);
  const sentence = h('p', {class: 'dim sentence', part: 'state-sentence'});
  const troubles = h('ul', {class: 'troubles', part: 'troubles', role: 'status', hidden: true});
  const collapses = h('ul', {class: 'troubles', part: 'collapses', role: 'status', hidden: true});
  const bar = progressBar();
  const steps = h('strong', {class: 'steps'});
  const share = h('span', {class: 'dim'});
  const numbers = figures();
  const steer = steering(context);
  const editing = h('div', {});
  const element = h('section', {class: 'head card', 'aria-label': 'Run', hidden: true},
    h('div', {class: 'head-line'}, name, state.element, edit, steer.element),
    h('div', {class: 'head-sub'}, where, tags), editing, notes, alarm, troubles, collapses,
    h('div', {class: 'head-progress'}, steps, share, bar.element), sentence, numbers.element);

  function toggle() {
    if (editing.firstChild) close(null);
    else {
      editing.append(notesForm(context.run, close));
      set(edit, 'aria-expanded', 'true');
    }
  }

  function close(kept) {
    editing.replaceChildren();
    set(edit, 'aria-expanded', 'false');
    edit.focus();
    if (kept) context.refresh();
  }

  const clock = setInterval(() => context.run && numbers.show(facts(context.run)), 15000);
  return {element, stop: () => clearInterval(clock), show(run) {
    element.hidden = false;
    set(element, 'data-state', run.state);
    text(name, run.name);
    state.show(run.state);
    const summary = Object.entries(run.settings_summary ?? {}).filter(([, value]) => value !== null)
      .map(([key, value]) => `${words(key)} ${value}`).join(', ');
    text(where, [run.preset, run.path, summary].filter(part => part).join(' \u00b7 '));
    keyed(tags, run.tags, tag => tag, tag => h('span', {class: 'tag'}, tag));
    text(notes, run.notes);
    notes.hidden = !run.notes;
    const alarming = Object.hasOwn(ALARMS, run.state);
    alarm.hidden = !alarming;
    set(alarm, 'data-state', run.state);
    text(alarmTitle, ALARMS[run.state] ?? '');
    text(alarmText, run.state_text);
    sentence.hidden = alarming || !run.state_text;
    text(sentence, run.state_text);
    troubles.hidden = !run.troubles.length;
    keyed(troubles, run.troubles, one => one.helper, () => h('li'), (item, one) => text(item,
      `The ${one.helper} fails since ${moment(one.since)} (${one.failures} times): ${one.cause}. Training goes on.`));
    collapses.hidden = !run.collapses.length;
    keyed(collapses, run.collapses, words => words, () => h('li'), (item, words) => text(item, `Training may have collapsed: ${words}.`));
    bar.show(run);
    text(steps, stepsOf(run));
    text(share, run.steps ? percent(Math.floor(100 * run.step / run.steps) / 100) : '');
    numbers.show(facts(run));
    steer.show(run);
  }};
}
