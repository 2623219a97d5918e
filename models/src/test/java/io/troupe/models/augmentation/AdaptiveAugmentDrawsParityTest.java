package io.troupe.models.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.parity.Fixture;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The maps, colours and masks that the publication's constants, probabilities and order make of the
 * same random numbers ({@code scripts/fixtures/ada.py}).
 */
@Tag("parity")
class AdaptiveAugmentDrawsParityTest {
  private static final int HEIGHT = 16;
  private static final int WIDTH = 24;

  @ParameterizedTest
  @CsvSource({
    "whole, 0, 64, 3, 1, 1, 1, 1, 1",
    "part, 1, 256, 3, 0.9, 0.7, 0.5, 0.8, 0.3",
    "grey, 2, 64, 1, 1, 1, 1, 1, 1",
    "beyond, 3, 16, 3, 1, 1, 1, 1, 1.5"
  })
  void areThoseOfThePublication(
      String name,
      int step,
      int pictures,
      int channels,
      double blit,
      double geometry,
      double colour,
      double cutout,
      double probability) {
    long[] shape = {pictures, HEIGHT, WIDTH, channels};
    AdaptiveAugment augmentation = new AdaptiveAugment(blit, geometry, colour, cutout);
    Map<String, INDArray> expected = Fixture.read("ada-draws");
    try (AugmentationDraws draws = augmentation.draws(DataType.DOUBLE, shape)) {
      draws.draw(new CounterRandom(7, Stream.DIFF_AUGMENT, step, 0), probability);
      Map<String, INDArray> drawn = Drawn.of(augmentation, draws, shape);
      for (String array : augmentation.inputs(shape).keySet()) {
        INDArray published = expected.get(name + " " + array);
        assertThat(drawn.get(array).shape()).as(array).isEqualTo(published.shape());
        assertThat(drawn.get(array).dup().data().asDouble())
            .as(array)
            .containsExactly(published.dup().data().asDouble(), within(1e-12));
      }
    }
    expected.values().forEach(INDArray::close);
  }
}
