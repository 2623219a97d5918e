package io.troupe.actors.sampling;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Latent vectors that are drawn: vector i is a function of (seed, stream, i).
 *
 * @param stream what they are drawn for
 * @param truncation truncation trick (Brock et al., "Large scale GAN training for high fidelity
 *     natural image synthesis", 2019, section 3.1): numbers outside [-truncation, truncation] are
 *     drawn again. Empty is none: standard normal numbers
 * @param label the class of all; empty is picture i of class i mod {@code classes}
 * @param classes number of classes
 */
public record DrawnLatents(
    long seed, Stream stream, OptionalDouble truncation, OptionalInt label, int classes)
    implements LatentSource {
  /** As those of a run's sample grids are. */
  public DrawnLatents(long seed, OptionalDouble truncation, OptionalInt label, int classes) {
    this(seed, Stream.SAMPLING, truncation, label, classes);
  }

  @Override
  public void latent(int index, float[] target) {
    double bound = truncation.orElse(Double.POSITIVE_INFINITY);
    CounterRandom random = new CounterRandom(seed, stream, 0, index);
    for (int i = 0; i < target.length; i++) {
      do {
        target[i] = (float) random.nextGaussian();
      } while (Math.abs(target[i]) > bound);
    }
  }

  @Override
  public int label(int index) {
    return label.orElse(index % classes);
  }
}
