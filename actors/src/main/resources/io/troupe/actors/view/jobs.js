/** The list of a run's jobs: what is made of its checkpoints. */
import {poll, runPath} from './api.js';
import {card, h, keyed, set, text} from './dom.js';
import {moment} from './format.js';

const EVERY_MILLIS = 3000;
const SIGNS = {running: '\u2026', done: '\u2713', failed: '\u2715'};
const LOOKS = {running: 'starting', done: 'finished', failed: 'failed'};

/** Only files of this server are linked. */
const ours = file => (typeof file === 'string' && /^\/?api\/v1\//.test(file) ? file.replace(/^\//, '') : null);

/** A run that this server does not have: its own daemon's page, as the command that began it told. */
const pageOf = job => (job.kind === 'branch' && job.state === 'done' ? /\bhttp:\/\/[^\s]+/.exec(job.message)?.[0] ?? null : null);

/** The jobs of a run. */
export function jobList(run) {
  const list = h('ul', {class: 'jobs', part: 'jobs', 'aria-live': 'polite'});
  const element = card('Jobs', 'jobs-card', list);
  element.hidden = true;
  const poller = poll(runPath(run, 'jobs'), EVERY_MILLIS, data => {
    element.hidden = !data.jobs.length;
    const newest = [...data.jobs].sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
    keyed(list, newest, one => one.job, () => h('li', {part: 'job'}, h('span', {class: 'chip'}, h('span', {class: 'sign', 'aria-hidden': 'true'}), h('span')),
      h('b'), h('span', {class: 'dim'}), h('span', {class: 'job-message'}), h('a', {class: 'button', part: 'job-file', download: ''}, 'Save'), h('a', {class: 'button', part: 'job-run'}, 'Open the run')), (item, one) => {
      const [chip, title, when, message, link, made] = item.children;
      set(chip, 'data-state', LOOKS[one.state]);
      text(chip.firstChild, SIGNS[one.state]);
      text(chip.lastChild, one.state);
      text(title, one.text || one.kind);
      text(when, moment(one.started_at, true));
      text(message, one.message);
      link.hidden = one.state !== 'done' || !ours(one.file);
      set(link, 'href', ours(one.file));
      const address = one.made_run ? '#/run/' + encodeURIComponent(one.made_run) : pageOf(one);
      made.hidden = !address;
      set(made, 'href', address);
    });
  });
  return {element, refresh: () => poller.now(), stop: () => poller.stop()};
}
