package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.DatasetKind;
import io.troupe.config.RunSettings.Labels;
import io.troupe.config.RunSettings.Split;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  @Test
  void opensShapesOfTheGivenSizeSeedAndSplit() {
    Dataset dataset =
        Datasets.open(
            new RunSettings.Dataset(
                DatasetKind.SHAPES, Optional.empty(), Split.TEST, Labels.SUPERCLASS, 33, 32, 0),
            5);
    byte[] found = new byte[3072];
    byte[] expected = new byte[3072];
    dataset.read(32, found);
    new Shapes(5, Split.TEST, 33).read(32, expected);

    assertThat(dataset.size()).isEqualTo(33);
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void cifar100NeedsAPath(@TempDir Path empty) {
    assertThatThrownBy(() -> Datasets.open(cifar100(Optional.empty()), 0))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("dataset.path is not set");
    assertThatThrownBy(() -> Datasets.open(cifar100(Optional.of(empty)), 0))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("neither test.bin");
  }

  private static RunSettings.Dataset cifar100(Optional<Path> path) {
    return new RunSettings.Dataset(DatasetKind.CIFAR100, path, Split.TEST, Labels.FINE, 0, 32, 0);
  }
}
