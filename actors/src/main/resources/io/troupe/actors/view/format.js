/** How numbers, times and sizes are written. */

const THIN = '\u202f';
const NONE = '\u2013';

const absent = value => value === null || value === undefined || !Number.isFinite(value);

/** A whole number with thin spaces: 12 000. */
export function whole(value) {
  if (absent(value)) return NONE;
  const digits = String(Math.abs(Math.round(value)));
  const sign = value < 0 ? '\u2212' : '';
  return sign + (digits.length > 4 ? digits.replace(/\B(?=(\d{3})+$)/g, THIN) : digits);
}

/** A number with as many digits as say something: 1.234, 0.0123, 12.34, 1234. */
export function number(value, digits = 4) {
  if (absent(value)) return NONE;
  const size = Math.abs(value);
  if (size >= 10 ** digits) return size < 1e9 ? whole(value) : value.toExponential(2).replace('-', '\u2212');
  if (size !== 0 && size < 1e-3) return value.toExponential(2).replaceAll('-', '\u2212');
  const decimals = size === 0 ? 0 : size < 1 ? digits : Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return value.toFixed(decimals).replace('-', '\u2212');
}

/** Numbers of an axis, all with the decimals that their distance asks for. */
export function ticks(values, distance) {
  let decimals = 0;
  while (decimals <= 6 && Math.abs(distance * 10 ** decimals - Math.round(distance * 10 ** decimals)) > 1e-6) decimals++;
  const plain = decimals <= 6 && values.every(value => value === null || Math.abs(value) < 1e6);
  return values.map(value => value === null ? '' : plain ? value.toFixed(decimals).replace(/^-/, '\u2212') : number(value, 3));
}

/** A share as a percentage. */
export function percent(share, decimals = 0) {
  return absent(share) ? NONE : (100 * share).toFixed(decimals) + THIN + '%';
}

/** A length of time: 12 s, 3 min 20 s, 2 h 14 min, 3 d 4 h. */
export function duration(seconds) {
  if (absent(seconds)) return NONE;
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return (seconds > 0 && seconds < 10 ? Number(seconds.toPrecision(2)) : s) + THIN + 's';
  const parts = s < 3600 ? [[Math.floor(s / 60), 'min'], [s % 60, 's']]
    : s < 86400 ? [[Math.floor(s / 3600), 'h'], [Math.floor(s % 3600 / 60), 'min']]
      : [[Math.floor(s / 86400), 'd'], [Math.floor(s % 86400 / 3600), 'h']];
  return parts.filter(([count], index) => index === 0 || count > 0).map(([count, unit]) => count + THIN + unit).join(' ');
}

/** Bytes in binary units. */
export function bytes(value) {
  if (absent(value)) return NONE;
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return (unit === 0 ? whole(size) : Number(size.toPrecision(3))) + THIN + units[unit];
}

/** A moment in the browser's language: with its day, unless it is today. */
export function moment(instant, seconds = false) {
  if (!instant) return NONE;
  const date = new Date(instant);
  const time = {hour: '2-digit', minute: '2-digit', ...(seconds ? {second: '2-digit'} : {})};
  return date.toDateString() === new Date().toDateString() ? date.toLocaleTimeString([], time)
    : date.toLocaleString([], {year: 'numeric', month: 'short', day: 'numeric', ...time});
}

/** How long ago something was. */
export function ago(instant) {
  if (!instant) return NONE;
  const seconds = (Date.now() - new Date(instant).getTime()) / 1000;
  return seconds < 5 ? 'just now' : duration(seconds < 3600 ? seconds : seconds - seconds % 3600).replace(/ \d+\u202f(s|min)$/, '') + ' ago';
}

/** snake_case as words. */
export const words = name => String(name).replaceAll('_', ' ').replaceAll('-', ' ');

/** A direction of a score in words; of a score that the server does not know there is none. */
export const direction = score => score.direction ? score.direction + ' is better' : '';

/** The same as an arrow, for where words stand beside it. */
export const arrow = score => ({higher: '\u2191', lower: '\u2193'})[score.direction] ?? '';

/** A score with its unit and direction, as the title of a plot. */
export const scoreTitle = score => [score.label, score.unit, direction(score)].filter(part => part).join(', ');

/** "step 12 of 400". */
export const stepsOf = run => run.steps ? `step ${whole(run.step)} of ${whole(run.steps)}` : 'no step yet';
