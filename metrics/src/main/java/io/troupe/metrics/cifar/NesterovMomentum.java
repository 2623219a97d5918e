package io.troupe.metrics.cifar;

import java.nio.FloatBuffer;

/**
 * Stochastic gradient descent with Nesterov's momentum and weight decay, in the form of Sutskever
 * et al. (2013) that takes gradients where the parameters are.
 */
final class NesterovMomentum {
  private final float momentum;
  private final float weightDecay;
  private final float[] velocity;

  /**
   * An optimiser at rest.
   *
   * @param parameters their number
   * @param momentum share of the velocity that a step keeps, in [0, 1)
   * @param weightDecay factor of the parameters in the gradient, at least 0
   */
  NesterovMomentum(int parameters, double momentum, double weightDecay) {
    this.momentum = (float) momentum;
    this.weightDecay = (float) weightDecay;
    velocity = new float[parameters];
  }

  /** One step on the first so many values, as many as there are parameters. */
  void update(FloatBuffer values, FloatBuffer gradients, double learningRate) {
    float rate = (float) learningRate;
    for (int i = 0; i < velocity.length; i++) {
      float gradient = gradients.get(i) + weightDecay * values.get(i);
      velocity[i] = momentum * velocity[i] + gradient;
      values.put(i, values.get(i) - rate * (gradient + momentum * velocity[i]));
    }
  }
}
