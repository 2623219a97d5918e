/** Light and dark: the system's, unless somebody chose; the choice is kept in this browser. */

const KEY = 'troupe-theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const ORDER = ['auto', 'light', 'dark'];
const LABELS = {auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark'};

function kept() {
  try {
    const value = localStorage.getItem(KEY);
    return ORDER.includes(value) ? value : 'auto';
  } catch (error) {
    return 'auto'; // Storage may be forbidden; the system's theme holds.
  }
}

let chosen = kept();

function apply() {
  const dark = chosen === 'dark' || (chosen === 'auto' && system.matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.dispatchEvent(new CustomEvent('themechange'));
}

/** Connects the button that goes through the themes. */
export function connectTheme(toggle) {
  toggle.textContent = LABELS[chosen];
  toggle.onclick = () => {
    chosen = ORDER[(ORDER.indexOf(chosen) + 1) % ORDER.length];
    try {
      localStorage.setItem(KEY, chosen);
    } catch (error) {
      // It holds until the page is closed.
    }
    toggle.textContent = LABELS[chosen];
    apply();
  };
}

/** The value of a colour of the present theme, e.g. color('--series-1'). */
export const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Number of colours for series. */
export const SERIES_COLORS = 8;

/** The colour of a series or run by its place. */
export const seriesColor = index => color('--series-' + (index % SERIES_COLORS + 1));

system.addEventListener('change', apply);
apply();
