package io.troupe.models.networks.biggan;

import static io.troupe.models.layers.Evaluated.distance;
import static io.troupe.models.layers.Evaluated.random;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.layers.Evaluated;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.PlainNetworks;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The generator's last norm adds 1e-5 to variances, as the published program, always. */
class LastNormTest {
  @Test
  void epsilonIsThatOfTheOtherNormsOnlyByChance() {
    assertThat(distance(pictures(1e-2, 1e-5), pictures(1e-5, 1e-5))).isLessThan(1e-12);
    assertThat(distance(pictures(1e-5, 2e-5), pictures(1e-5, 1e-5))).isGreaterThan(1e-4);
  }

  /**
   * Pictures by running statistics.
   *
   * @param epsilon of the settings; the blocks' variances make up for it
   * @param last the last norm's variance, to which only its own epsilon is added
   */
  private static INDArray pictures(double epsilon, double last) {
    NetworkSettings settings = PlainNetworks.of("biggan", 4, 3, 3, 0.5, epsilon);
    INDArray labels = Nd4j.eye(2).castTo(DataType.DOUBLE);
    try (Evaluated generator =
        new Evaluated(
            Map.of("z", random(1, 2, 4), "labels", labels),
            BatchNormMode.RUNNING,
            (scope, in) ->
                new BigGanGenerator(settings, ImageSpec.rgb(32, 2))
                    .images(scope, in.get("z"), in.get("labels"), 2),
            2,
            32,
            32,
            3)) {
      for (int block = 0; block < 3; block++) {
        for (String norm : new String[] {".norm1", ".norm2"}) {
          generator.array("block" + block + norm + ".variance").assign(1 - epsilon);
        }
      }
      generator.array("norm.variance").assign(last);
      generator.array("norm.gain").assign(1e-3);
      return generator.run();
    }
  }
}
