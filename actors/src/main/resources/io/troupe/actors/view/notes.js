/** A form for a run's name, tags and notes. */
import {runPath, send} from './api.js';
import {button, h, labelled, text} from './dom.js';

/**
 * @param run a summary
 * @param onDone called when the form is to go, with what is kept now or null
 */
export function notesForm(run, onDone) {
  const name = h('input', {type: 'text', value: run.name, maxlength: 200, part: 'edit-name'});
  const tags = h('input', {type: 'text', value: run.tags.join(', '), part: 'edit-tags', placeholder: 'baseline, sweep'});
  const notes = h('textarea', {rows: 4, maxlength: 20000, part: 'edit-notes'});
  notes.value = run.notes;
  const wrong = h('p', {class: 'wrong', role: 'alert'});
  const save = h('button', {type: 'submit', class: 'main', part: 'edit-save'}, 'Save');
  const form = h('form', {class: 'stack editor', part: 'editor', 'aria-label': 'Name, tags and notes'},
    labelled('Name', name), labelled('Tags, separated by commas', tags), labelled('Notes', notes), wrong,
    h('div', {class: 'buttons'}, save, button('Cancel', 'edit-cancel', () => onDone(null))));
  form.onsubmit = async event => {
    event.preventDefault();
    save.disabled = true;
    text(wrong, '');
    try {
      const wanted = {name: name.value.trim(), notes: notes.value,
        tags: [...new Set(tags.value.split(',').map(tag => tag.trim()).filter(tag => tag))]};
      onDone(await send('PUT', runPath(run.run, 'notes'), wanted));
    } catch (error) {
      text(wrong, error.message);
    } finally {
      save.disabled = false;
    }
  };
  form.onkeydown = event => {
    if (event.key === 'Escape') onDone(null);
  };
  setTimeout(() => name.focus());
  return form;
}
