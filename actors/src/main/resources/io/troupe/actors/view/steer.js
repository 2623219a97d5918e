/** The buttons that steer a run, and what they ask before. */
import {confirmed, doing, formDialog} from './answer.js';
import {runPath, send} from './api.js';
import {button, choice, h, labelled, set} from './dom.js';

/** Fields of a request for pictures: class, count, truncation, seed. */
export function sampleFields(run) {
  const classes = run.classes.length ? labelled('Class', choice('sample-class',
    [['', 'all classes'], ...run.classes.map((name, index) => [String(index), name])], '', () => {}, {name: 'class'})) : null;
  return [classes,
    labelled('Number of pictures', h('input', {type: 'number', name: 'count', min: 1, max: 1024, step: 1, part: 'sample-count', placeholder: 'as usual'})),
    labelled('Truncation, 0.01 to 1: less varied, often better',
      h('input', {type: 'number', name: 'truncation', min: 0.01, max: 1, step: 'any', part: 'sample-truncation', placeholder: 'none'})),
    labelled('Seed', h('input', {type: 'number', name: 'seed', step: 1, part: 'sample-seed', placeholder: "the run's"})),
  ].filter(field => field);
}

/** What was filled in, as the body of a request. */
export function sampleBody(form) {
  const value = name => form.elements[name]?.value ?? '';
  const body = {};
  if (value('class') !== '') body.class = Number(value('class'));
  for (const name of ['count', 'truncation', 'seed']) if (value(name) !== '') body[name] = Number(value(name));
  return body;
}

/** The row of buttons. */
export function steering(context) {
  const path = (...parts) => runPath(context.id, ...parts);
  const order = (waiting, suffix, control) => doing(waiting, async () => {
    const answer = await send('POST', path(...suffix.split('?', 1)) + (suffix.includes('?') ? suffix.slice(suffix.indexOf('?')) : ''));
    context.refresh();
    return answer;
  }, control);
  const simple = (label, part, waiting, suffix) => {
    const one = button(label, part, () => one.getAttribute('aria-disabled') || order(waiting, suffix, one));
    return one;
  };
  const pause = simple('Pause', 'pause', 'Pause', 'pause');
  const resume = simple('Resume', 'resume', 'Resume', 'resume');
  const evaluate = simple('Evaluate', 'evaluate', 'Evaluate', 'evaluate');
  const cancel = simple('Cancel evaluation', 'evaluate-cancel', 'Cancel evaluation', 'evaluate?cancel=true');
  const checkpoint = simple('Checkpoint', 'checkpoint', 'Checkpoint', 'checkpoint');
  const start = simple('Start again', 'start', 'Start again', 'start');
  const sample = button('Sample\u2026', 'sample', () => formDialog('Make pictures now', 'sample-dialog',
    [h('p', {class: 'dim'}, 'Left as it is, the usual grid is drawn. What is chosen here is kept under \u201cPictures\u201d.'),
      ...sampleFields(context.run)],
    'Make pictures', async form => {
      const body = sampleBody(form);
      const answer = await send('POST', path('sample'), Object.keys(body).length ? body : undefined);
      context.refresh();
      return answer;
    }));
  const stop = button('Stop\u2026', 'stop', async () => {
    const sure = await confirmed('Stop this run?',
      'Training ends after the present step with a last checkpoint. Started again, it goes on from there.', 'Stop the run', 'stop-dialog');
    if (sure) order('Stop', 'stop', stop);
  }, {class: 'danger'});
  const element = h('div', {class: 'buttons steer', role: 'group', 'aria-label': 'Steer the run'},
    pause, resume, evaluate, cancel, checkpoint, sample, stop, start);
  return {element, show(run) {
    const open = run.alive && ['running', 'paused'].includes(run.state);
    const evaluating = run.evaluation_share !== null;
    pause.hidden = !run.alive || run.state === 'paused' || run.state === 'failed';
    pause.disabled = run.state !== 'running';
    resume.hidden = !run.alive || run.state !== 'paused';
    for (const one of [evaluate, checkpoint, sample]) {
      one.hidden = !run.alive;
      one.disabled = !open;
    }
    evaluate.hidden = !run.alive || evaluating;
    cancel.hidden = !run.alive || !evaluating;
    stop.hidden = !run.alive;
    stop.disabled = run.state === 'stopping';
    start.hidden = run.alive;
    set(start, 'class', run.state === 'finished' ? null : 'main');
  }};
}
