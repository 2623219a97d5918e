/** Making and changing elements. Texts are always set as text, never as markup. */

const PROPERTIES = new Set(['value', 'checked', 'disabled', 'hidden', 'open', 'indeterminate', 'selected']);

/** Said aloud because narrow pages lay tables out as blocks, which takes these roles away. */
const TABLE_ROLES = {table: 'table', thead: 'rowgroup', tbody: 'rowgroup', tr: 'row', td: 'cell', th: 'columnheader', 'th-row': 'rowheader'};

/**
 * A new element: h('button', {type: 'button', onclick: f, part: 'pause'}, 'Pause'). `part` becomes
 * data-part; names that begin with "on" are listeners; undefined and null leave an attribute out.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  const role = TABLE_ROLES[attributes.scope === 'row' ? 'th-row' : tag];
  if (role) element.setAttribute('role', role);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

/** Sets an attribute, property or listener, if it is not so already. */
export function set(element, name, value) {
  if (name.startsWith('on')) {
    element[name] = value;
  } else if (name === 'part') {
    set(element, 'data-part', value);
  } else if (PROPERTIES.has(name) && !(element instanceof HTMLOptionElement)) {
    if (element[name] !== value) element[name] = value;
  } else if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** Sets an element's text if it is another; returns the element. */
export function text(element, value) {
  const wanted = value === null || value === undefined ? '' : String(value);
  if (element.textContent !== wanted) element.textContent = wanted;
  return element;
}

/**
 * Makes those children of a parent that have a key those of a list, keeping elements of known keys,
 * so that focus, scroll and typed text stay. Children without a key stay before them.
 *
 * @param key an item's key, a text
 * @param create makes an element of an item
 * @param update brings an element up to date with its item
 */
export function keyed(parent, items, key, create, update = () => {}) {
  const known = new Map();
  for (const child of parent.children) {
    if (child.dataset.key !== undefined) known.set(child.dataset.key, child);
  }
  const first = parent.children.length - known.size;
  const wanted = items.map(item => {
    const id = String(key(item));
    let element = known.get(id);
    if (element) {
      known.delete(id);
    } else {
      element = create(item);
      element.dataset.key = id;
    }
    update(element, item);
    return element;
  });
  known.forEach(element => element.remove());
  wanted.forEach((element, index) => {
    const there = parent.children[first + index] ?? null;
    if (there !== element) parent.insertBefore(element, there);
  });
}

/** A button with a text. */
export function button(label, part, onclick, attributes = {}) {
  return h('button', {type: 'button', part, onclick, ...attributes}, label);
}

/** An input or select with its label before it. */
export function labelled(label, field, attributes = {}) {
  return h('label', {class: 'field', ...attributes}, h('span', {}, label), field);
}

/** A select of [value, text] pairs. */
export function choice(part, options, value, onchange, attributes = {}) {
  const select = h('select', {part, ...attributes}, options.map(([one, label]) => h('option', {value: one}, label)));
  select.value = value;
  select.onchange = () => onchange(select.value);
  return select;
}

/** A heading with what belongs to it, as a section with a name. */
export function card(title, part, ...children) {
  const heading = h('h2', {}, title);
  const section = h('section', {class: 'card', part, 'aria-label': title}, heading, ...children);
  section.heading = heading;
  return section;
}

/** Brings the options of a select up to date, keeping what is chosen where it is still there. */
export function options(select, pairs) {
  const chosen = select.value;
  const known = [...select.options].map(option => option.value + '\n' + option.textContent).join('\n');
  if (known !== pairs.map(([value, label]) => value + '\n' + label).join('\n')) {
    select.replaceChildren(...pairs.map(([value, label]) => h('option', {value}, label)));
    select.value = pairs.some(([value]) => value === chosen) ? chosen : (pairs[0]?.[0] ?? '');
  }
}
