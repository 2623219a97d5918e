package io.troupe.metrics.cifar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClassificationAccuracyTest {
  @Test
  void countsPicturesWhoseLargestLogitIsThatOfTheirClass() {
    float[] logits = {9, 1, 3, 2, -5, -1, -3, 4, 4, 0};
    ClassificationAccuracy accuracy = new ClassificationAccuracy();
    assertThat(accuracy.value()).isNaN();
    accuracy.add(logits, 1, 3, 1);
    accuracy.add(logits, 1, 3, 2);
    accuracy.add(logits, 4, 3, 1);
    accuracy.add(logits, 7, 3, 0);
    assertThat(accuracy.count()).isEqualTo(4);
    assertThat(accuracy.value()).isEqualTo(0.75);
  }
}
