package io.troupe.bench;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.Rounding;
import io.troupe.data.Augmentation;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;

/** Flips and jitters 4096 images of 32x32 by one thread. */
public class AugmentationBatch extends Workload {
  private static final int IMAGES = 4096;
  private static final int LENGTH = 32 * 32 * 3;

  private final byte[][] images = new byte[IMAGES][LENGTH];
  private final float[] target = new float[LENGTH];
  private Augmentation augmentation;
  private long step;

  @Override
  public void open() {
    augmentation =
        new Augmentation(
            new RunSettings.Augmentation(true, 0.2, 0.2, 0.2, 0.1, Rounding.NONE), 1, 32, 32, 3);
    Random random = new Random(1);
    for (byte[] image : images) {
      random.nextBytes(image);
    }
  }

  @Override
  @Benchmark
  public void iterate() {
    step++;
    for (int i = 0; i < IMAGES; i++) {
      augmentation.apply(images[i], step, i, target, 0);
    }
  }
}
