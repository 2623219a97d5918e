package io.troupe.data;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;

/**
 * Which images each step of a run sees.
 *
 * <p>An epoch is a permutation of the dataset that depends on (seed, epoch) alone; consecutive
 * steps take consecutive pieces of it. What is left at an epoch's end, less than one step needs, is
 * dropped. Steps count from 1, epochs from 0. Steps may be asked for in any order; that is cheap
 * within an epoch, and another epoch is shuffled anew. Not thread-safe.
 */
public final class BatchPlan {
  private final long seed;
  private final int imagesPerStep;
  private final int stepsPerEpoch;
  private final int[] permutation;
  private long shuffledEpoch = -1;

  /**
   * A plan.
   *
   * @param datasetSize images in the dataset
   * @param imagesPerStep real images that one step consumes
   * @throws IllegalArgumentException if the dataset is not enough for one step
   */
  public BatchPlan(long seed, int datasetSize, int imagesPerStep) {
    if (imagesPerStep < 1 || imagesPerStep > datasetSize) {
      throw new IllegalArgumentException(
          ("a step needs %d pictures (batch x discriminator steps), but the dataset has %d;"
                  + " use a smaller positive batch or a larger dataset")
              .formatted(imagesPerStep, datasetSize));
    }
    this.seed = seed;
    this.imagesPerStep = imagesPerStep;
    stepsPerEpoch = datasetSize / imagesPerStep;
    permutation = new int[datasetSize];
  }

  /** Steps in an epoch; at least 1. */
  public int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /**
   * The epoch, from 0, that a step belongs to.
   *
   * @throws IllegalArgumentException if the step is less than 1
   */
  public long epoch(long step) {
    if (step < 1) {
      throw new IllegalArgumentException("steps count from 1: " + step);
    }
    return (step - 1) / stepsPerEpoch;
  }

  /**
   * Writes the dataset indices of a step's images.
   *
   * @param target as many as {@code imagesPerStep}
   * @throws IllegalArgumentException if the step is less than 1 or the target has another length
   */
  public void indices(long step, int[] target) {
    if (target.length != imagesPerStep) {
      throw new IllegalArgumentException(
          "target must hold %d indices: %d".formatted(imagesPerStep, target.length));
    }
    shuffle(epoch(step));
    int start = (int) ((step - 1) % stepsPerEpoch) * imagesPerStep;
    System.arraycopy(permutation, start, target, 0, imagesPerStep);
  }

  /** Durstenfeld's form of the Fisher-Yates shuffle (Knuth, TAOCP volume 2, algorithm P). */
  private void shuffle(long epoch) {
    if (epoch == shuffledEpoch) {
      return;
    }
    CounterRandom random = new CounterRandom(seed, Stream.SHUFFLE, epoch, 0);
    for (int i = 0; i < permutation.length; i++) {
      int j = random.nextInt(i + 1);
      permutation[i] = permutation[j];
      permutation[j] = i;
    }
    shuffledEpoch = epoch;
  }
}
