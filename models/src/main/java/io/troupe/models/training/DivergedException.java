package io.troupe.models.training;

/** A loss is not a number or infinite: the networks are beyond use. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DivergedException(String network, long step, double loss) {
    super("the %s's loss is %s in step %d".formatted(network, loss, step));
  }
}
