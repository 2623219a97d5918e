package io.troupe.metrics.cifar;

import io.troupe.data.Dataset;

/** How well a classifier does on labelled images. */
public final class ClassifierScore {
  private static final int BATCH = 500;

  private ClassifierScore() {}

  /**
   * The share of images that are classified right.
   *
   * @param dataset 32x32, with the 20 superclasses as labels
   * @throws IllegalArgumentException if the images or their classes are others
   */
  public static double accuracy(ClassifierWeights weights, Dataset dataset) {
    ClassifierTraining.requireSuperclasses(dataset);
    ClassificationAccuracy accuracy = new ClassificationAccuracy();
    int length = ResidualNetwork.SIDE * ResidualNetwork.SIDE * 3;
    byte[] image = new byte[length];
    float[] images = new float[BATCH * length];
    try (CifarFeatures classifier = new CifarFeatures(weights)) {
      int classes = classifier.classes();
      float[] features = new float[BATCH * classifier.dimension()];
      float[] logits = new float[BATCH * classes];
      int[] labels = new int[BATCH];
      for (int first = 0; first < dataset.size(); first += BATCH) {
        int count = Math.min(BATCH, dataset.size() - first);
        for (int i = 0; i < count; i++) {
          dataset.read(first + i, image);
          labels[i] = dataset.label(first + i);
          for (int k = 0; k < length; k++) {
            images[i * length + k] = (image[k] & 0xFF) / 127.5f - 1;
          }
        }
        classifier.extract(images, count, features, logits);
        accuracy.add(logits, classes, labels, count);
      }
    }
    return accuracy.value();
  }
}
