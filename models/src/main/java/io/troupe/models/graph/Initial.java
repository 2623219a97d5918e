package io.troupe.models.graph;

import io.troupe.config.random.CounterRandom;

/** How the values of a parameter or a state begin. */
public sealed interface Initial {
  /** The next initial value. */
  double draw(CounterRandom random);

  /** Every element is {@code value}. */
  record Constant(double value) implements Initial {
    @Override
    public double draw(CounterRandom random) {
      return value;
    }
  }

  /** Normal. */
  record Normal(double mean, double deviation) implements Initial {
    /** With mean zero. */
    public Normal(double deviation) {
      this(0, deviation);
    }

    @Override
    public double draw(CounterRandom random) {
      return mean + deviation * random.nextGaussian();
    }
  }

  /** Uniform in [-bound, bound). */
  record Uniform(double bound) implements Initial {
    @Override
    public double draw(CounterRandom random) {
      return random.nextDouble(-bound, bound);
    }
  }
}
