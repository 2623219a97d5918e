package io.troupe.metrics.cifar;

import io.troupe.data.Dataset;

/** How well a classifier does on labelled pictures. */
public final class ClassifierScore {
  private static final int BATCH = 500;

  private ClassifierScore() {}

  /**
   * The share of pictures that are classified right.
   *
   * @param pictures 32x32, with the 20 superclasses as labels
   * @throws IllegalArgumentException if the pictures or their classes are others
   */
  public static double accuracy(ClassifierWeights weights, Dataset pictures) {
    ClassifierTraining.requireSuperclasses(pictures);
    ClassificationAccuracy accuracy = new ClassificationAccuracy();
    int length = ResidualNetwork.SIDE * ResidualNetwork.SIDE * 3;
    byte[] picture = new byte[length];
    float[] images = new float[BATCH * length];
    try (CifarFeatures classifier = new CifarFeatures(weights)) {
      int classes = classifier.classes();
      float[] features = new float[BATCH * classifier.dimension()];
      float[] logits = new float[BATCH * classes];
      int[] labels = new int[BATCH];
      for (int first = 0; first < pictures.size(); first += BATCH) {
        int count = Math.min(BATCH, pictures.size() - first);
        for (int i = 0; i < count; i++) {
          pictures.read(first + i, picture);
          labels[i] = pictures.label(first + i);
          for (int k = 0; k < length; k++) {
            images[i * length + k] = (picture[k] & 0xFF) / 127.5f - 1;
          }
        }
        classifier.extract(images, count, features, logits);
        accuracy.add(logits, classes, labels, count);
      }
    }
    return accuracy.value();
  }
}
