// What is wrong with how the page looks and what it tells assistive programs, as sentences.
// Run by PageFaults as the body of a function.
const faults = [];

function name(element) {
  const part = element.closest('[data-part]')?.dataset.part;
  const text = (element.textContent || element.value || '').trim().slice(0, 30);
  return `${element.tagName.toLowerCase()}${element.className && typeof element.className === 'string' ? '.' + element.className.replaceAll(' ', '.') : ''}`
    + ` of ${part ?? 'no part'} "${text}"`;
}

const visible = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true})
  && element.getClientRects().length > 0 && !element.closest('.hidden, .skip');
const all = selector => [...document.querySelectorAll(selector)].filter(visible);

// Structure
if (all('h1').length !== 1) faults.push(`${all('h1').length} headings h1`);
for (const [what, selector] of [['banner', 'body > header'], ['main', 'main']]) {
  if (all(selector).length !== 1) faults.push(`${all(selector).length} landmarks ${what}`);
}
if (document.documentElement.lang === '') faults.push('no language');
let level = 1;
for (const heading of [...document.querySelectorAll('h1, h2, h3, h4')].filter(one => one.checkVisibility())) {
  const now = Number(heading.tagName[1]);
  if (now > level + 1) faults.push(`h${now} after h${level}: ${name(heading)}`);
  level = now;
}
const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
ids.filter((id, index) => ids.indexOf(id) !== index).forEach(id => faults.push('two elements of the id ' + id));

// Tables
for (const table of all('table')) {
  if (!table.caption && !table.getAttribute('aria-label')) faults.push('a table without a name: ' + name(table));
  const heads = [...table.querySelectorAll('thead th')];
  if (!heads.length) faults.push('a table without headers: ' + name(table));
  heads.filter(head => head.scope !== 'col').forEach(head => faults.push('a header without scope: ' + name(head)));
  heads.filter(head => !head.textContent.trim()).forEach(head => faults.push('an empty header: ' + name(head)));
}

// Nothing is wider than the window, and no text is cut off without a way to read it.
const wide = document.documentElement;
if (wide.scrollWidth > window.innerWidth) {
  const culprits = all('body *').filter(element => element.getBoundingClientRect().right > window.innerWidth + 1
    && !element.closest('.scroll, .tabs, pre, .plot-place')).slice(0, 3).map(name);
  faults.push(`the page is ${wide.scrollWidth} pixels wide in a window of ${window.innerWidth}: ${culprits.join('; ')}`);
}

// Targets are large enough for fingers: 24 pixels, WCAG 2.5.8; links within sentences may be smaller.
for (const target of all('button, input, select, textarea, a.button, a.name, nav a')) {
  const box = (target.closest('label') ?? target).getBoundingClientRect();
  const around = target.closest('.tap, th')?.getBoundingClientRect() ?? box;
  const [width, height] = [Math.max(box.width, around.width), Math.max(box.height, around.height)];
  if (width < 24 || height < (target.matches('a.name, .tag, .sorter') ? 18 : 24)) {
    faults.push(`a target of ${width.toFixed(0)} x ${height.toFixed(0)} pixels: ${name(target)}`);
  }
}

// Contrast of texts, WCAG 1.4.3: 4.5, and 3 for large ones.
function rgba(color) {
  const canvas = rgba.canvas ??= new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}
const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
function luminance(color) {
  const [r, g, b] = color.slice(0, 3).map(value => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function ground(element) {
  const layers = [];
  for (let one = element; one; one = one.parentElement) {
    const color = rgba(getComputedStyle(one).backgroundColor);
    if (color[3] > 0) layers.push(color);
    if (color[3] === 1) break;
  }
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
}
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const seen = new Set();
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || seen.has(element) || !visible(element) || element.matches('option, script, noscript')) continue;
  seen.add(element);
  if (element.closest(':disabled, [aria-disabled=true]')) continue;
  const style = getComputedStyle(element);
  const below = ground(element);
  const [high, low] = [luminance(over(rgba(style.color), below)), luminance(below)].sort((a, b) => b - a);
  const ratio = (high + 0.05) / (low + 0.05);
  const size = parseFloat(style.fontSize);
  const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
  if (ratio < least) faults.push(`contrast ${ratio.toFixed(2)} of ${name(element)}`);
}
for (const picture of all('img')) {
  if (!picture.hasAttribute('alt')) faults.push('a picture without alt: ' + name(picture));
  if (picture.complete && picture.naturalWidth === 0) faults.push('a broken picture: ' + picture.src);
}
return faults;
