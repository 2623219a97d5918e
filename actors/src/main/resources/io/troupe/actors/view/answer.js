/** Answers of commands in words, in a live region, and dialogs that ask before something is done. */
import {button, h, text} from './dom.js';

const STAYS_MILLIS = 12000;
let timer = null;

/** Says something in the live region. */
export function say(message, bad = false) {
  const region = document.getElementById('answer');
  clearTimeout(timer);
  const sentence = /^[a-z]+[ :]/.test(message) ? message[0].toUpperCase() + message.slice(1) : message;
  region.className = bad ? 'answer bad' : 'answer';
  region.replaceChildren(h('span', {}, sentence), button('\u00d7', 'dismiss', () => region.replaceChildren(),
    {class: 'quiet', 'aria-label': 'Dismiss'}));
  if (!bad) timer = setTimeout(() => region.replaceChildren(), STAYS_MILLIS);
}

/** Says something to screen readers alone. */
export function speak(message) {
  text(document.getElementById('spoken'), message);
}

/**
 * Does something and says what came of it.
 *
 * @param waiting what is said until there is an answer
 * @param act an async function; what it returns is said: a text, or an object with message
 * @param control a button that is disabled until then
 * @return what act returned, or null if it failed
 */
export async function doing(waiting, act, control = null) {
  say(waiting + ' \u2026');
  control?.setAttribute('aria-disabled', 'true');
  try {
    const result = await act();
    const message = typeof result === 'string' ? result : result?.message;
    say(message || waiting + ': done');
    return result ?? {};
  } catch (error) {
    say(waiting + ': ' + error.message, true);
    return null;
  } finally {
    control?.removeAttribute('aria-disabled');
  }
}

/**
 * A modal dialog; Escape closes it, and the focus goes back to where it was.
 *
 * @param fill gets a function that closes the dialog, returns its content
 * @return the dialog, which is open
 */
export function dialog(title, part, fill, className = '') {
  const back = document.activeElement;
  const heading = h('h2', {id: 'dialog-title'}, title);
  const box = h('dialog', {part, class: className, 'aria-labelledby': 'dialog-title'}, heading);
  const close = () => box.close();
  box.append(...[fill(close)].flat());
  box.onclose = () => {
    box.remove();
    if (back?.isConnected) back.focus();
  };
  box.onclick = event => {
    if (event.target === box) close();
  };
  document.body.append(box);
  box.showModal();
  return box;
}

/** Asks in words; resolves with whether to go on. */
export function confirmed(title, sentence, yes, part) {
  return new Promise(resolve => {
    const box = dialog(title, part, close => [
      h('p', {}, sentence),
      h('div', {class: 'buttons'},
        button(yes, part + '-yes', () => {
          resolve(true);
          close();
        }, {class: 'danger'}),
        button('Cancel', part + '-no', close, {autofocus: true}))]);
    box.addEventListener('close', () => resolve(false));
  });
}

/**
 * A dialog with a form.
 *
 * @param fields elements with inputs
 * @param act an async function that gets the form; the dialog closes when it returns something and
 *     otherwise says why not and keeps what was typed
 */
export function formDialog(title, part, fields, yes, act) {
  dialog(title, part, close => {
    const wrong = h('p', {class: 'wrong', role: 'alert', part: part + '-wrong'});
    const go = h('button', {type: 'submit', class: 'main', part: part + '-yes'}, yes);
    const form = h('form', {class: 'stack'}, ...fields, wrong,
      h('div', {class: 'buttons'}, go, button('Cancel', part + '-no', close)));
    form.onsubmit = async event => {
      event.preventDefault();
      if (go.disabled) return;
      go.disabled = true;
      text(go, yes + ' \u2026');
      text(wrong, '');
      try {
        const result = await act(form);
        say(result?.message ?? title + ': done');
        close();
      } catch (error) {
        text(wrong, error.message);
      } finally {
        go.disabled = false;
        text(go, yes);
      }
    };
    return form;
  });
}
