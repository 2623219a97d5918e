package io.troupe.config;

/**
 * The allowed values of a decimal setting.
 *
 * @param low the lower bound
 * @param lowAllowed whether the lower bound itself is allowed
 * @param high the upper bound
 * @param highAllowed whether the upper bound itself is allowed
 */
record Interval(double low, boolean lowAllowed, double high, boolean highAllowed) {
  static final Interval SHARE = closed(0, 1);
  static final Interval DECAY = below(0, 1);
  static final Interval POSITIVE_SHARE = above(0, 1);

  /** [low, high]. */
  static Interval closed(double low, double high) {
    return new Interval(low, true, high, true);
  }

  /** (low, high]. */
  static Interval above(double low, double high) {
    return new Interval(low, false, high, true);
  }

  /** [low, high). */
  static Interval below(double low, double high) {
    return new Interval(low, true, high, false);
  }

  /** Whether the value is allowed; NaN never is. */
  boolean contains(double value) {
    return (lowAllowed ? value >= low : value > low)
        && (highAllowed ? value <= high : value < high);
  }

  /** In words, e.g. "a number above 0 and at most 1". */
  String describe() {
    String from = (lowAllowed ? "from " : "above ") + plain(low);
    String to = highAllowed ? (lowAllowed ? " to " : " and at most ") : " to below ";
    return "a number " + from + to + plain(high);
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
