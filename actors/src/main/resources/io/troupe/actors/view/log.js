/** The tab with the end of the daemon's log. */
import {poll, runPath} from './api.js';
import {choice, h, labelled, text} from './dom.js';
import {bytes} from './format.js';

const EVERY_MILLIS = 3000;
const SIZES = [['65536', '64 KiB'], ['262144', '256 KiB'], ['1048576', '1 MiB']];

/** The log of a context's run. */
export function logTab(context) {
  let poller = null;
  const size = choice('log-size', SIZES, '65536', () => start());
  const follow = h('input', {type: 'checkbox', part: 'log-follow', checked: true});
  const about = h('span', {class: 'dim', part: 'log-file'});
  const lines = h('pre', {class: 'log', part: 'log', tabindex: 0, role: 'log', 'aria-live': 'off', 'aria-label': 'End of the log'});
  const toEnd = () => {
    if (follow.checked) lines.scrollTop = lines.scrollHeight;
  };

  /** What is appended leaves a selection as it is. */
  function show(data) {
    const now = data.text || 'The log is empty.';
    const old = lines.textContent;
    if (now !== old) {
      if (old && now.startsWith(old)) lines.append(now.slice(old.length)); else text(lines, now);
      toEnd();
    }
    text(about, `${data.file}, ${bytes(data.bytes)}`);
  }

  function start() {
    poller?.stop();
    poller = poll(runPath(context.id, 'log') + '?bytes=' + size.value, EVERY_MILLIS, show, error => text(about, error.message));
  }

  follow.onchange = toEnd;
  lines.onscroll = () => {
    const atEnd = lines.scrollTop + lines.clientHeight >= lines.scrollHeight - 4;
    if (!atEnd && follow.checked && lines.matches(':hover, :focus')) follow.checked = false;
  };
  start();
  return {element: h('div', {class: 'card stack'}, h('div', {class: 'bar-of-tools'}, labelled('Show the last', size),
    labelled('follow', follow, {class: 'field check'}), about), lines), show() {}, stop: () => poller.stop()};
}
