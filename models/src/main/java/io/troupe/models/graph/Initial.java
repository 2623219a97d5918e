package io.troupe.models.graph;

import io.troupe.config.NetworkSettings.Initialisation;
import io.troupe.config.random.CounterRandom;
import java.util.Arrays;
import java.util.function.DoubleSupplier;

/** How the values of a parameter or a state begin. */
public sealed interface Initial {
  /**
   * The initial values of a tensor.
   *
   * @return its elements, those of the last dimension fastest
   */
  double[] draw(CounterRandom random, long... shape);

  /**
   * How the settings say that weights begin.
   *
   * @param deviation of normal weights
   */
  static Initial of(Initialisation initialisation, double deviation) {
    return switch (initialisation) {
      case NORMAL -> new Normal(deviation);
      case ORTHOGONAL -> new Orthogonal();
      case XAVIER -> new Xavier();
    };
  }

  /** Every element is {@code value}. */
  record Constant(double value) implements Initial {
    @Override
    public double[] draw(CounterRandom random, long... shape) {
      return each(() -> value, shape);
    }
  }

  /** Normal. */
  record Normal(double mean, double deviation) implements Initial {
    /** With mean zero. */
    public Normal(double deviation) {
      this(0, deviation);
    }

    @Override
    public double[] draw(CounterRandom random, long... shape) {
      return each(() -> mean + deviation * random.nextGaussian(), shape);
    }
  }

  /** Uniform in [-bound, bound). */
  record Uniform(double bound) implements Initial {
    @Override
    public double[] draw(CounterRandom random, long... shape) {
      return each(() -> random.nextDouble(-bound, bound), shape);
    }
  }

  /**
   * Uniform in ±√(6 / (inputs + outputs)), of a weight [..., inputs, outputs] whose leading
   * dimensions multiply both numbers (Glorot and Bengio, "Understanding the difficulty of training
   * deep feedforward neural networks", 2010).
   */
  record Xavier() implements Initial {
    @Override
    public double[] draw(CounterRandom random, long... shape) {
      long outputs = shape[shape.length - 1];
      long inputs = shape[shape.length - 2];
      long fans = elements(shape) / (inputs * outputs) * (inputs + outputs);
      return new Uniform(Math.sqrt(6.0 / fans)).draw(random, shape);
    }
  }

  /**
   * A random matrix with orthonormal columns, or rows if those are fewer (Saxe, McClelland and
   * Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
   * networks", 2014). The columns are the weight's last dimension, the rows all others.
   */
  record Orthogonal() implements Initial {
    @Override
    public double[] draw(CounterRandom random, long... shape) {
      int columns = Math.toIntExact(shape[shape.length - 1]);
      double[] normal = new Normal(1).draw(random, shape);
      return OrthonormalFactor.of(normal, normal.length / columns, columns);
    }
  }

  private static double[] each(DoubleSupplier next, long... shape) {
    double[] values = new double[Math.toIntExact(elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = next.getAsDouble();
    }
    return values;
  }

  private static long elements(long... shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }
}
