package io.troupe.models.training;

/**
 * A loss, a penalty, a gradient or a parameter is not a number or infinite: the networks are beyond
 * use.
 */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What is not finite. */
  public DivergedException(String message) {
    super(message);
  }

  /**
   * The value if it is finite.
   *
   * @param name of a loss or penalty, for the message
   * @throws DivergedException if it is not
   */
  static double requireFinite(String name, double value, long step) {
    if (!Double.isFinite(value)) {
      throw new DivergedException("the %s is %s in step %d".formatted(name, value, step));
    }
    return value;
  }
}
