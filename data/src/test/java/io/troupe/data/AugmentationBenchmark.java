package io.troupe.data;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.Rounding;
import java.util.Random;

/** Measures how many 32x32 images one thread flips and jitters in a second. */
final class AugmentationBenchmark {
  private static final int BATCH = 256;
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 2_000_000_000L;

  private AugmentationBenchmark() {}

  /** Prints images a second of each round; the first rounds include compilation. */
  public static void main(String[] arguments) {
    RunSettings.Augmentation settings =
        new RunSettings.Augmentation(true, 0.2, 0.2, 0.2, 0.1, Rounding.NONE);
    Augmentation augmentation = new Augmentation(settings, 1, 32, 32);
    byte[][] images = new byte[BATCH][32 * 32 * 3];
    Random random = new Random(1);
    for (byte[] image : images) {
      random.nextBytes(image);
    }
    float[] target = new float[BATCH * 32 * 32 * 3];
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      long step = 0;
      while (System.nanoTime() - start < ROUND_NANOS) {
        step++;
        for (int i = 0; i < BATCH; i++) {
          augmentation.apply(images[i], step, i, target, i * 32 * 32 * 3);
        }
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      System.out.printf("%.0f pictures/s%n", step * BATCH / seconds);
    }
  }
}
