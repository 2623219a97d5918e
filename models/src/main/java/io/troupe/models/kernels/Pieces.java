package io.troupe.models.kernels;

import io.troupe.models.kernels.Elementwise.Step;

/** Loops over short arrays, as the JVM's compiler turns them into vector instructions. */
final class Pieces {
  private Pieces() {}

  /** y = the step of a and b. */
  static void apply(Step step, float[] a, float[] b, float[] y, int count) {
    switch (step.operator()) {
      case ADD -> add(a, b, y, count);
      case SUBTRACT -> subtract(a, b, y, count);
      case MULTIPLY -> multiply(a, b, y, count);
      case RELU -> relu(a, y, count);
      case STEP -> step(a, y, count);
      case LEAKY_RELU -> leakyRelu(a, step.constant(), y, count);
      case LEAKY_RELU_GRADIENT -> leakyReluGradient(a, b, step.constant(), y, count);
      case SCALE -> scale(a, step.constant(), y, count);
      case SHIFT -> shift(a, step.constant(), y, count);
    }
  }

  static void add(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = a[i] + b[i];
    }
  }

  private static void subtract(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = a[i] - b[i];
    }
  }

  private static void multiply(float[] a, float[] b, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = a[i] * b[i];
    }
  }

  static void scale(float[] a, float constant, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = constant * a[i];
    }
  }

  private static void shift(float[] a, float constant, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = a[i] + constant;
    }
  }

  private static void relu(float[] a, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Math.max(a[i], 0);
    }
  }

  /** 1 or 0 without a branch, for the smallest positive numbers as well. */
  private static float positive(float a) {
    return Math.min(1, Math.max(a, 0) * Float.MAX_VALUE * Float.MAX_VALUE);
  }

  private static void step(float[] a, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = positive(a[i]);
    }
  }

  private static void leakyRelu(float[] a, float slope, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = Math.max(a[i], slope * a[i]);
    }
  }

  private static void leakyReluGradient(float[] a, float[] b, float slope, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = b[i] * Math.max(slope, positive(a[i]));
    }
  }
}
