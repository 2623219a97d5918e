package io.troupe.models.penalties;

/**
 * Moving averages of the discriminator's mean logits, from 0, and how many steps are in them.
 *
 * @param real of real images
 * @param fake of generated images
 */
public record LogitMeans(double real, double fake, long steps) {
  /** Of no step yet. */
  public static final LogitMeans START = new LogitMeans(0, 0, 0);

  /** Checks them, since they may be read from a file. */
  public LogitMeans {
    if (!Double.isFinite(real) || !Double.isFinite(fake) || steps < 0) {
      throw new IllegalArgumentException(
          "mean logits of %s and %s after %d steps".formatted(real, fake, steps));
    }
  }

  /** With another step's. */
  public LogitMeans after(double realLogit, double fakeLogit, double decay) {
    return new LogitMeans(
        decay * real + (1 - decay) * realLogit, decay * fake + (1 - decay) * fakeLogit, steps + 1);
  }

  /** What an average is multiplied by, so that its beginning at 0 has no share in it. */
  double scale(double decay) {
    return steps == 0 ? 0 : 1 / (1 - StrictMath.pow(decay, (double) steps));
  }
}
