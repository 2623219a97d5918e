/** One run in the list: a tbody with its row, and its editor while it is open. */
import {button, h, keyed, set, text} from './dom.js';
import {ago, moment, whole} from './format.js';
import {notesForm} from './notes.js';
import {chip, progressBar, progressText, scoreBox, speedText, thumbnail} from './state.js';

/**
 * @param actions isMarked(run), mark(run, on), byTag(tag), changed(), below(path) the path below the list's folder
 */
export function createRow(run, actions) {
  const mark = h('input', {type: 'checkbox', part: 'mark', checked: actions.isMarked(run.run)});
  mark.onchange = () => actions.mark(run.run, mark.checked);
  const thumb = thumbnail(56);
  const link = h('a', {href: '#/run/' + encodeURIComponent(run.run), class: 'name', part: 'open'});
  const where = h('span', {class: 'dim path'});
  const tags = h('span', {class: 'tags'});
  const notes = h('span', {class: 'dim note'});
  const state = chip();
  const why = h('span', {class: 'dim why'});
  const bar = progressBar();
  const steps = h('span', {class: 'figures'});
  const left = h('span', {class: 'dim'});
  const speed = h('span');
  const score = scoreBox();
  const age = h('time', {class: 'dim'});
  const edit = button('Edit', 'edit', () => toggle(), {class: 'quiet', 'aria-expanded': 'false'});
  const row = h('tr', {},
    h('td', {class: 'c-mark'}, h('label', {class: 'tap'}, mark)),
    h('td', {class: 'c-thumb'}, h('a', {href: '#/run/' + encodeURIComponent(run.run) + '/pictures', tabindex: -1, 'aria-hidden': 'true'}, thumb.element)),
    h('td', {class: 'c-name'}, link, where, tags, notes),
    h('td', {class: 'c-state'}, state.element, why),
    h('td', {class: 'c-progress'}, bar.element, h('span', {class: 'line'}, steps, left)),
    h('td', {class: 'c-speed'}, speed),
    h('td', {class: 'c-score'}, score.element),
    h('td', {class: 'c-age'}, age),
    h('td', {class: 'c-edit'}, edit));
  const body = h('tbody', {part: 'run'}, row);
  let editor = null;

  function toggle() {
    if (editor) {
      close(null);
      return;
    }
    editor = h('tr', {class: 'editor-row'}, h('td', {colspan: 9}, notesForm(body.run, close)));
    body.append(editor);
    set(edit, 'aria-expanded', 'true');
  }

  function close(kept) {
    editor?.remove();
    editor = null;
    set(edit, 'aria-expanded', 'false');
    edit.focus();
    if (kept) actions.changed();
  }

  body.show = now => {
    body.run = now;
    set(body, 'data-run', now.run);
    set(mark, 'aria-label', 'Compare ' + now.name);
    set(edit, 'aria-label', 'Edit name, tags and notes of ' + now.name);
    mark.checked = actions.isMarked(now.run);
    text(link, now.name);
    const below = actions.below(now.path);
    text(where, [now.preset, below === now.name ? '' : below].filter(part => part).join(' \u00b7 '));
    set(where, 'title', now.path);
    keyed(tags, now.tags, tag => tag, tag => button(tag, 'tag', () => actions.byTag(tag), {class: 'tag', title: 'Show only this tag'}));
    text(notes, now.notes.split('\n', 1)[0]);
    set(body, 'data-state', now.state);
    state.show(now.state);
    const trouble = now.troubles.length ? 'failing: ' + now.troubles.map(one => one.helper).join(', ')
      : now.collapses.length ? 'may have collapsed: ' + now.collapses.join('; ') : '';
    text(why, ['failed', 'gone', 'starting'].includes(now.state) ? now.state_text : trouble);
    set(why, 'title', why.textContent || null);
    bar.show(now);
    text(steps, now.steps ? `${whole(now.step)} of ${whole(now.steps)}` : 'no step yet');
    text(left, progressText(now));
    text(speed, speedText(now));
    thumb.show(now);
    score.show(now.score, now.journal_read);
    text(age, now.alive && now.state !== 'paused' ? 'now' : ago(now.updated_at));
    set(age, 'title', now.updated_at ? moment(now.updated_at, true) : null);
  };
  body.show(run);
  return body;
}

/** Brings a row up to date with its run. */
export const updateRow = (body, run) => body.show(run);
