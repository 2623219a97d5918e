package io.troupe.metrics.cifar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClassificationAccuracyTest {
  @Test
  void countsImagesWhoseLargestLogitIsThatOfTheirClass() {
    float[] logits = {1, 3, 2, 1, 3, 2, -5, -1, -3, 4, 4, 0, 8, 8, 8};
    ClassificationAccuracy accuracy = new ClassificationAccuracy();
    assertThat(accuracy.value()).isNaN();
    accuracy.add(logits, 3, new int[] {1, 2, 1, 0, 0}, 4);
    assertThat(accuracy.count()).isEqualTo(4);
    assertThat(accuracy.value()).isEqualTo(0.75);
  }
}
