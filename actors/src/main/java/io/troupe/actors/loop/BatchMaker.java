package io.troupe.actors.loop;

import io.troupe.actors.memory.BatchBuffer;
import io.troupe.config.RunSettings;
import io.troupe.data.Augmentation;
import io.troupe.data.Dataset;

/** Fills batches with augmented pictures: a pure function of the step and the seed. */
final class BatchMaker {
  private final Dataset dataset;
  private final Augmentation augmentation;
  private final byte[] picture;
  private final float[] augmented;

  BatchMaker(RunSettings settings, Dataset dataset) {
    this.dataset = dataset;
    augmentation =
        new Augmentation(
            settings.augmentation(),
            settings.seed(),
            dataset.height(),
            dataset.width(),
            dataset.channels());
    picture = new byte[dataset.imageBytes()];
    augmented = new float[picture.length];
  }

  /** Fills a buffer with the pictures that its indices name. */
  void fill(long step, BatchBuffer buffer) {
    int[] indices = buffer.indices();
    for (int i = 0; i < indices.length; i++) {
      dataset.read(indices[i], picture);
      augmentation.apply(picture, step, i, augmented, 0);
      buffer.set(i, augmented, dataset.label(indices[i]));
    }
  }
}
