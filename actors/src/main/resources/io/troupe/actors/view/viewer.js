/** A picture in large, pixel by pixel. */
import {dialog} from './answer.js';
import {button, h} from './dom.js';

const SCALES = [1, 2, 4, 8];

/** Opens a picture in a dialog, with scales. */
export function enlarge(title, source) {
  const picture = h('img', {src: source, alt: title, class: 'pixels'});
  const buttons = SCALES.map(scale => button(scale + '\u00d7', 'scale-' + scale, () => zoom(scale)));
  const fit = button('Fit', 'scale-fit', () => zoom(0));
  function zoom(scale) {
    picture.style.width = scale ? picture.naturalWidth * scale + 'px' : '';
    picture.classList.toggle('fit', !scale);
    [fit, ...buttons].forEach((one, index) => one.setAttribute('aria-pressed', String((index ? SCALES[index - 1] : 0) === scale)));
  }
  dialog(title, 'viewer', close => [
    h('div', {class: 'buttons'}, h('span', {class: 'dim'}, 'Scale'), fit, ...buttons,
      h('a', {class: 'button', href: source, download: '', part: 'save-picture'}, 'Save'), button('Close', 'viewer-close', close)),
    h('div', {class: 'scroll viewer-place', tabindex: 0, role: 'group', 'aria-label': 'Picture'}, picture)], 'wide');
  zoom(0);
}
