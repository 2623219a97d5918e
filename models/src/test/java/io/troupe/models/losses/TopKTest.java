package io.troupe.models.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.TrainingSettings;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Program;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TopKTest {
  private static final TrainingSettings.TopK PUBLISHED =
      new TrainingSettings.TopK(0.5, 0.99, 50_000);

  /** By 0.99^n: 0.9044 after 10 epochs, 0.5028 after 68 and 0.4978 after 69. */
  @ParameterizedTest
  @CsvSource({
    "0, 64",
    "49999, 64",
    "50000, 63",
    "99999, 63",
    "500000, 58",
    "3400000, 32",
    "3450000, 32",
    "1000000000000, 32"
  })
  void shrinksByEpochsDownToAShare(long after, int expected) {
    assertThat(PUBLISHED.count(64, after)).isEqualTo(expected);
  }

  @Test
  void isAtLeastOneImage() {
    assertThat(new TrainingSettings.TopK(0.01, 0, 1).count(4, 1)).isEqualTo(1);
    assertThat(new TrainingSettings.TopK(0.7, 0, 1).count(10, 1)).isEqualTo(7);
  }

  /** Against sorting: the mean of the losses of the highest logits, of equal ones the first. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void isTheMeanOfTheHighest(DataType type) {
    double[] logits = {0.5, -3, 2, 0.5, -1e-30, 0, 1e30, 0.5};
    double[] losses = {1, 2, 4, 8, 16, 32, 64, 128};
    GraphBuilder builder = new GraphBuilder(type);
    builder.output(
        "loss",
        TopK.mean(
            builder,
            builder.input("losses", losses.length, 1),
            builder.input("logits", logits.length, 1),
            losses.length));
    Graph graph = builder.build("loss", List.of("losses", "logits"));
    try (INDArray ofLosses = Nd4j.createFromArray(losses).castTo(type).reshape(losses.length, 1);
        INDArray ofLogits = Nd4j.createFromArray(logits).castTo(type).reshape(logits.length, 1);
        INDArray slopes = Nd4j.create(type, losses.length, 1);
        INDArray none = Nd4j.ones(type, losses.length, 1);
        INDArray count = Nd4j.scalar(type, 0);
        INDArray share = Nd4j.scalar(type, 0);
        INDArray loss = Nd4j.scalar(type, 0);
        Program program =
            CompiledGraph.compile(
                new Bindings(graph)
                    .bind("losses", ofLosses)
                    .bind("logits", ofLogits)
                    .bind(TopK.COUNT, count)
                    .bind(TopK.SHARE, share)
                    .bind("loss", loss)
                    .bind(Graph.gradientOf("losses"), slopes)
                    .bind(Graph.gradientOf("logits"), none))) {
      for (int k = 1; k <= losses.length; k++) {
        count.assign(k);
        share.assign(1.0 / k);
        program.run();
        int[] highest =
            IntStream.range(0, losses.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -logits[i]))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
        assertThat(loss.getDouble(0))
            .isCloseTo(
                Arrays.stream(highest).mapToDouble(i -> losses[i]).average().orElseThrow(),
                within(1e-5));
        double[] expected = new double[losses.length];
        Arrays.stream(highest).forEach(i -> expected[i] = 1);
        assertThat(slopes.castTo(DataType.DOUBLE).mul(k).data().asDouble())
            .containsExactly(expected, within(1e-6));
        assertThat(none.castTo(DataType.DOUBLE).data().asDouble()).containsOnly(0);
      }
    }
  }
}
