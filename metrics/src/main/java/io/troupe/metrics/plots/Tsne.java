package io.troupe.metrics.plots;

import io.troupe.config.random.CounterRandom;
import java.util.Arrays;

/**
 * t-SNE in two dimensions (van der Maaten and Hinton, "Visualizing data using t-SNE", 2008), exact:
 * time and memory grow with the square of the number of points. With early exaggeration by 12 and
 * the learning rate of Belkina et al. (2019). Equal input gives equal bits. Not thread-safe.
 */
final class Tsne {
  private static final double EXAGGERATION = 12;
  private static final int EXAGGERATED_ITERATIONS = 250;
  private static final int ITERATIONS = 1000;
  private static final double EARLY_MOMENTUM = 0.5;
  private static final double MOMENTUM = 0.8;
  private static final double LEAST_GAIN = 0.01;
  private static final double LEAST_LEARNING_RATE = 50;
  private static final double START_DEVIATION = 1e-4;
  private static final int BANDWIDTH_TRIALS = 100;
  private static final double ENTROPY_TOLERANCE = 1e-5;

  private final int count;

  /** The joint probability of two points, the first above the second. */
  private final float[][] probabilities;

  private final double[] x;
  private final double[] y;
  private final double[] attractionX;
  private final double[] attractionY;
  private final double[] repulsionX;
  private final double[] repulsionY;

  private final double[] stepX;
  private final double[] stepY;
  private final double[] gainX;
  private final double[] gainY;
  private int iteration;

  /**
   * Points at their start.
   *
   * @param squaredDistances of all pairs of points
   * @param perplexity how many neighbours count, roughly; less than the number of points
   * @param random where the start comes from
   */
  Tsne(double[][] squaredDistances, double perplexity, CounterRandom random) {
    count = squaredDistances.length;
    probabilities = probabilities(squaredDistances, perplexity);
    x = new double[count];
    y = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = START_DEVIATION * random.nextGaussian();
      y[i] = START_DEVIATION * random.nextGaussian();
    }
    attractionX = new double[count];
    attractionY = new double[count];
    repulsionX = new double[count];
    repulsionY = new double[count];
    stepX = new double[count];
    stepY = new double[count];
    gainX = new double[count];
    gainY = new double[count];
    Arrays.fill(gainX, 1);
    Arrays.fill(gainY, 1);
  }

  /** Bytes that so many points take at most, with their squared distances. */
  static long bytes(int count) {
    return (long) count * count * (2 * Double.BYTES + Float.BYTES / 2);
  }

  /** Two coordinates for each point. */
  double[][] places() {
    double[][] places = new double[count][];
    Arrays.setAll(places, i -> new double[] {x[i], y[i]});
    return places;
  }

  private static float[][] probabilities(double[][] squaredDistances, double perplexity) {
    int count = squaredDistances.length;
    double[][] conditional = new double[count][];
    for (int i = 0; i < count; i++) {
      conditional[i] = conditional(squaredDistances[i], i, Math.log(perplexity));
    }
    float[][] joint = new float[count][];
    for (int i = 0; i < count; i++) {
      joint[i] = new float[i];
      for (int j = 0; j < i; j++) {
        joint[i][j] = (float) ((conditional[i][j] + conditional[j][i]) / (2.0 * count));
      }
    }
    return joint;
  }

  /** Probabilities of a point's neighbours, with a bandwidth that gives them this entropy. */
  private static double[] conditional(double[] squaredDistances, int self, double entropy) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int j = 0; j < squaredDistances.length; j++) {
      nearest = j == self ? nearest : Math.min(nearest, squaredDistances[j]);
    }
    double[] probabilities = new double[squaredDistances.length];
    double precision = 1;
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    for (int trial = 0; trial < BANDWIDTH_TRIALS; trial++) {
      double sum = 0;
      double weighted = 0;
      for (int j = 0; j < probabilities.length; j++) {
        // Relative to the nearest, so that the sum is never zero.
        double excess = squaredDistances[j] - nearest;
        double value = j == self ? 0 : Math.exp(-precision * excess);
        probabilities[j] = value;
        sum += value;
        weighted += value * excess;
      }
      double difference = Math.log(sum) + precision * weighted / sum - entropy;
      for (int j = 0; j < probabilities.length; j++) {
        probabilities[j] /= sum;
      }
      if (Math.abs(difference) < ENTROPY_TOLERANCE) {
        break;
      }
      if (difference > 0) {
        low = precision;
      } else {
        high = precision;
      }
      precision = Double.isInfinite(high) ? precision * 2 : (low + high) / 2;
    }
    return probabilities;
  }

  /** Moves the points by one step of descent; whether there was one left. */
  boolean advance() {
    if (iteration == ITERATIONS) {
      return false;
    }
    double rate = Math.max(count / EXAGGERATION / 4, LEAST_LEARNING_RATE);
    boolean early = iteration++ < EXAGGERATED_ITERATIONS;
    double momentum = early ? EARLY_MOMENTUM : MOMENTUM;
    double normaliser = forces();
    double weight = early ? EXAGGERATION : 1;
    for (int i = 0; i < count; i++) {
      double slopeX = 4 * (weight * attractionX[i] - repulsionX[i] / normaliser);
      double slopeY = 4 * (weight * attractionY[i] - repulsionY[i] / normaliser);
      gainX[i] = gain(gainX[i], slopeX, stepX[i]);
      gainY[i] = gain(gainY[i], slopeY, stepY[i]);
      stepX[i] = momentum * stepX[i] - rate * gainX[i] * slopeX;
      stepY[i] = momentum * stepY[i] - rate * gainY[i] * slopeY;
      x[i] += stepX[i];
      y[i] += stepY[i];
    }
    return true;
  }

  private static double gain(double gain, double slope, double step) {
    return Math.max(LEAST_GAIN, slope * step < 0 ? gain + 0.2 : gain * 0.8);
  }

  /** Sums the forces on all points; returns what the repulsive ones are to be divided by. */
  private double forces() {
    Arrays.fill(attractionX, 0);
    Arrays.fill(attractionY, 0);
    Arrays.fill(repulsionX, 0);
    Arrays.fill(repulsionY, 0);
    double normaliser = 0;
    for (int i = 1; i < count; i++) {
      float[] row = probabilities[i];
      double pullX = 0;
      double pullY = 0;
      double pushX = 0;
      double pushY = 0;
      for (int j = 0; j < i; j++) {
        double dx = x[i] - x[j];
        double dy = y[i] - y[j];
        double kernel = 1 / (1 + dx * dx + dy * dy);
        double pull = row[j] * kernel;
        double push = kernel * kernel;
        normaliser += kernel;
        pullX += pull * dx;
        pullY += pull * dy;
        pushX += push * dx;
        pushY += push * dy;
        attractionX[j] -= pull * dx;
        attractionY[j] -= pull * dy;
        repulsionX[j] -= push * dx;
        repulsionY[j] -= push * dy;
      }
      attractionX[i] += pullX;
      attractionY[i] += pullY;
      repulsionX[i] += pushX;
      repulsionY[i] += pushY;
    }
    return 2 * normaliser;
  }
}
