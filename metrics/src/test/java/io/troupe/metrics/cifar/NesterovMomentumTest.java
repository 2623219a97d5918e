package io.troupe.metrics.cifar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class NesterovMomentumTest {
  /**
   * On f(x) = a x^2 / 2 the method is linear: with g = (a + decay) x, v' = m v + g and x' = x - r
   * (g + m v'), which is run here in float64 on (x, v).
   */
  @Test
  void followsTheRecurrenceOnAParabola() {
    double a = 0.7;
    double decay = 0.05;
    double momentum = 0.9;
    double rate = 0.1;
    double x = 3;
    double v = 0;
    FloatBuffer values = FloatBuffer.wrap(new float[] {3, 42});
    FloatBuffer gradients = FloatBuffer.allocate(2);
    NesterovMomentum optimiser = new NesterovMomentum(1, momentum, decay);
    for (int i = 0; i < 50; i++) {
      gradients.put(0, (float) (a * values.get(0)));
      optimiser.update(values, gradients, rate);
      double g = (a + decay) * x;
      v = momentum * v + g;
      x -= rate * (g + momentum * v);
      assertThat((double) values.get(0)).isEqualTo(x, within(1e-5));
    }
    assertThat(Math.abs(x)).isLessThan(0.5);
    assertThat(values.get(1)).isEqualTo(42);
  }
}
