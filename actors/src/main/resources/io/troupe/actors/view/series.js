/** Arithmetic on series: smoothing, and series of different steps side by side. */

/**
 * The exponential moving average, corrected for its start at zero; what is absent stays absent.
 *
 * @param values numbers or null
 * @param weight of what was before, from 0 to below 1
 */
export function smooth(values, weight) {
  let mean = 0;
  let mass = 0;
  return values.map(value => {
    if (value === null || value === undefined) return null;
    mean = weight * mean + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return mean / mass;
  });
}

/**
 * Tables [x, column, ...] with x of their own as one: x of all, and null where a table has none.
 */
export function joined(tables) {
  if (!tables.length) return [[]];
  if (tables.every(table => table[0] === tables[0][0])) return [tables[0][0], ...tables.flatMap(table => table.slice(1))];
  return window.uPlot.join(tables);
}

/**
 * The value at a place between known ones, linear; beyond the ends that of the end.
 *
 * @param xs rising places
 * @param ys their values
 */
export function between(xs, ys, x) {
  if (!xs.length) return null;
  let low = 0;
  let high = xs.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle; else high = middle;
  }
  const width = xs[high] - xs[low];
  const share = width > 0 ? Math.min(1, Math.max(0, (x - xs[low]) / width)) : 0;
  return ys[low] + share * (ys[high] - ys[low]);
}
