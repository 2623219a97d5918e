package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ClassDiversityTest {
  private static final int CLASSES = 3;
  private static final int DIMENSION = 5;

  /** By its definition, over all pairs. */
  private static double ofPairs(float[] features, int[] labels, int label) {
    double sum = 0;
    int pairs = 0;
    for (int a = 0; a < labels.length; a++) {
      for (int b = 0; b < a; b++) {
        if (labels[a] == label && labels[b] == label) {
          for (int i = 0; i < DIMENSION; i++) {
            double distance = features[a * DIMENSION + i] - features[b * DIMENSION + i];
            sum += distance * distance;
          }
          pairs++;
        }
      }
    }
    return Math.sqrt(sum / pairs);
  }

  @Test
  void itIsTheRootMeanSquareOfDistances() {
    Random random = new Random(1);
    int count = 17;
    float[] features = new float[count * DIMENSION];
    int[] labels = new int[count];
    for (int i = 0; i < features.length; i++) {
      features[i] = 100 + (float) random.nextGaussian();
    }
    for (int i = 0; i < count; i++) {
      labels[i] = i % 2;
    }
    labels[0] = 2;
    ClassDiversity diversity = new ClassDiversity(CLASSES, DIMENSION);
    // In two batches, the second at the end of an array that is longer.
    diversity.add(features, labels, 4);
    float[] rest = new float[features.length];
    System.arraycopy(features, 4 * DIMENSION, rest, 0, 13 * DIMENSION);
    int[] restLabels = new int[count];
    System.arraycopy(labels, 4, restLabels, 0, 13);
    diversity.add(rest, restLabels, 13);

    assertThat(diversity.values().get(0)).isCloseTo(ofPairs(features, labels, 0), within(1e-6));
    assertThat(diversity.values().get(1)).isCloseTo(ofPairs(features, labels, 1), within(1e-6));
    assertThat(diversity.values().get(2)).as("of a single image").isNaN();
  }

  @Test
  void equalImagesHaveNone() {
    ClassDiversity diversity = new ClassDiversity(1, 2);
    diversity.add(new float[] {3, 4, 3, 4, 3, 4}, new int[3], 3);
    assertThat(diversity.values()).containsExactly(0.0);
  }
}
