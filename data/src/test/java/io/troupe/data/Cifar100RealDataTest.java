package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole dataset, where it is at hand. */
class Cifar100RealDataTest {
  private static final Path ARCHIVE =
      Path.of("..", "..", "shared", "data", "cifar-100-binary.tar.gz");

  @BeforeAll
  static void needsTheArchive() {
    assumeTrue(Files.exists(ARCHIVE), "CIFAR-100 is not at " + ARCHIVE.toAbsolutePath());
  }

  @Test
  void trainingSuperclassesHave2500ImagesEach() {
    assertThat(counts(Cifar100.open(ARCHIVE, Split.TRAIN, Labels.SUPERCLASS)))
        .hasSize(20)
        .containsOnly(2500);
  }

  @Test
  void trainingFineClassesHave500ImagesEach() {
    assertThat(counts(Cifar100.open(ARCHIVE, Split.TRAIN, Labels.FINE)))
        .hasSize(100)
        .containsOnly(500);
  }

  @Test
  void testSuperclassesHave500ImagesEach() {
    assertThat(counts(Cifar100.open(ARCHIVE, Split.TEST, Labels.SUPERCLASS)))
        .hasSize(20)
        .containsOnly(500);
  }

  @Test
  void testFineClassesHave100ImagesEach() {
    assertThat(counts(Cifar100.open(ARCHIVE, Split.TEST, Labels.FINE)))
        .hasSize(100)
        .containsOnly(100);
  }

  /** The usual normalisation constants of CIFAR-100: 0.5071, 0.4866, 0.4409. */
  @Test
  void channelMeansAreThePublishedOnes() {
    Dataset dataset = Cifar100.open(ARCHIVE, Split.TRAIN, Labels.FINE);
    byte[] image = new byte[3072];
    double[] sums = new double[3];
    for (int i = 0; i < dataset.size(); i++) {
      dataset.read(i, image);
      for (int k = 0; k < image.length; k++) {
        sums[k % 3] += image[k] & 255;
      }
    }
    double[] means = Arrays.stream(sums).map(s -> s / 255 / 1024 / dataset.size()).toArray();
    assertThat(means).containsExactly(new double[] {0.5071, 0.4866, 0.4409}, within(1e-4));
  }

  private static int[] counts(Dataset dataset) {
    int[] counts = new int[dataset.classNames().size()];
    for (int i = 0; i < dataset.size(); i++) {
      counts[dataset.label(i)]++;
    }
    return counts;
  }
}
