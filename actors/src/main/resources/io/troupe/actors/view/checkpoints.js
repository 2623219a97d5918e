/** The tab with checkpoints, what can be made of them, and the jobs that make it. */
import {formDialog} from './answer.js';
import {runPath, send} from './api.js';
import {button, card, choice, h, keyed, labelled, set, text} from './dom.js';
import {bytes, moment, number, whole} from './format.js';
import {jobList} from './jobs.js';
import {sampleBody, sampleFields} from './steer.js';

const EVERY_MILLIS = 6000;
const VALUES = [['generator ema', 'generator, moving average'], ['generator raw', 'generator, as trained'],
  ['discriminator raw', 'discriminator, as trained']];
const FORMATS = [['safetensors', 'safetensors'], ['npz', 'NumPy (.npz)'], ['onnx', 'ONNX, of a generator'],
  ['samediff', 'SameDiff, of a generator'], ['pytorch', 'safetensors of the published PyTorch program']];

/** A line KEY=VALUE as a pair; numbers and truth values as such. */
function setting(line) {
  const at = line.indexOf('=');
  if (at < 1) throw new Error(`\u201c${line}\u201d: write KEY=VALUE, one a line.`);
  const value = line.slice(at + 1).trim();
  const plain = value !== '' && Number.isFinite(Number(value)) ? Number(value) : {true: true, false: false}[value] ?? value;
  return [line.slice(0, at).trim(), plain];
}

/** The checkpoints of a context's run. */
export function checkpointsTab(context) {
  const jobs = jobList(context.id);
  const rows = h('tbody');
  let labels = {};
  const table = h('table', {class: 'plain cards', part: 'checkpoint-table'}, h('caption', {class: 'hidden'}, 'Checkpoints, newest first'),
    h('thead', {}, h('tr', {}, ['Step', 'Size', 'Written', 'Scores', 'SHA-256', ''].map(name =>
      h('th', {scope: 'col'}, name || h('span', {class: 'hidden'}, 'Actions'))))), rows);
  const none = h('p', {class: 'dim'}, 'No checkpoint is on disk yet.');
  const path = (step, what) => runPath(context.id, 'checkpoints', String(step), what);
  const posted = async (step, what, body) => {
    const answer = await send('POST', path(step, what), body);
    jobs.refresh();
    return {...answer, message: answer.message ?? 'The job is in the list below; its state tells when it is done.'};
  };
  const acts = {
    sample: step => formDialog(`Pictures from step ${whole(step)}`, 'checkpoint-sample', sampleFields(context.run), 'Make pictures',
      form => posted(step, 'sample', sampleBody(form))),
    export: step => formDialog(`Export step ${whole(step)}`, 'checkpoint-export',
      [labelled('Values', choice('export-values', VALUES, VALUES[0][0], () => {}, {name: 'values'})),
        labelled('Format', choice('export-format', FORMATS, FORMATS[0][0], () => {}, {name: 'format'}))], 'Export',
      form => {
        const [network, values] = form.elements.values.value.split(' ');
        return posted(step, 'export', {format: form.elements.format.value, network, values});
      }),
    branch: step => formDialog(`A new run from step ${whole(step)}`, 'checkpoint-branch', [
      h('p', {class: 'dim'}, 'It has this run\u2019s settings and history up to the step, then goes on with what is changed here.'),
      labelled('Folder of the new run', h('input', {type: 'text', name: 'name', required: true, maxlength: 100, part: 'branch-name',
        value: `${context.id.split('~').at(-1)}-from-${step}`})),
      labelled('Settings to change, KEY=VALUE, one a line', h('textarea', {name: 'settings', rows: 3, part: 'branch-settings',
        placeholder: 'training.generator.learning-rate=1e-4'})),
    ], 'Start the run', async form => {
      const lines = form.elements.settings.value.split('\n').map(line => line.trim()).filter(line => line);
      const answer = await posted(step, 'branch', {name: form.elements.name.value.trim(), settings: Object.fromEntries(lines.map(setting))});
      return answer;
    }),
  };

  function row(one) {
    const mark = h('span', {class: 'tag good'});
    return h('tr', {part: 'checkpoint', 'data-step': one.step},
      h('th', {scope: 'row'}, whole(one.step) + ' ', mark), h('td', {'data-label': 'Size'}), h('td', {'data-label': 'Written'}),
      h('td', {'data-label': 'Scores'}), h('td', {class: 'mono', 'data-label': 'SHA-256'}),
      h('td', {class: 'actions'}, h('div', {class: 'buttons'}, Object.entries({sample: 'Sample\u2026', export: 'Export\u2026', branch: 'New run\u2026'}).map(([act, label]) =>
        button(label, 'checkpoint-' + act, () => acts[act](one.step), {'aria-label': `${label} from step ${one.step}`})))));
  }

  function update(element, one) {
    const [head, size, written, scores, digest] = element.children;
    text(head.lastChild, one.best ? 'best' : '');
    head.lastChild.hidden = !one.best;
    text(size, bytes(one.bytes));
    text(written, moment(one.at));
    text(scores, one.scores ? Object.entries(one.scores).map(([name, value]) => `${labels[name] ?? name}\u00a0${number(value)}`).join(' \u00b7 ')
      : Number.isFinite(one.value) ? number(one.value) : '\u2013');
    text(digest, one.sha256 ? one.sha256.slice(0, 12) + '\u2026' : '\u2013');
    set(digest, 'title', one.sha256);
  }

  const poller = context.read(runPath(context.id, 'checkpoints'), EVERY_MILLIS, data => {
    labels = data.labels;
    const listed = [...data.checkpoints];
    if (data.best && !listed.some(one => one.step === data.best.step)) listed.push({...data.best, best: true});
    listed.sort((a, b) => b.step - a.step);
    none.hidden = listed.length > 0;
    table.hidden = !listed.length;
    keyed(rows, listed, one => one.step, row, update);
  });
  return {element: h('div', {class: 'stack'}, card('Checkpoints', 'checkpoints', none, h('div', {class: 'scroll'}, table)), jobs.element), show() {}, stop() {
    poller.stop();
    jobs.stop();
  }};
}
