package io.troupe.models.penalties;

import static io.troupe.models.penalties.PathLength.LATENTS;
import static io.troupe.models.penalties.PathLength.MEAN;
import static io.troupe.models.penalties.PathLength.NEXT_MEAN;
import static io.troupe.models.penalties.PathLength.NOISE;
import static io.troupe.models.penalties.PathLength.PENALTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.models.compile.PenaltyCheck;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** A linear generator, and differences of the penalty itself. */
@Tag("gradient")
class PathLengthTest {
  private static final Offset<Double> EXACT = within(1e-10);
  private static final int BATCH = 3;
  private static final int LAYERS = 2;
  private static final int SIZE = 4;

  /** G(w) = A w with rows (1, 2), (3, 4), (5, 6), (7, 8); y = (1, -1, 1, -1); four pixels. */
  @Test
  void ofALinearGenerator() {
    NetworkFunction linear =
        (graph, w) ->
            graph
                .sameDiff()
                .reshape(
                    graph.sameDiff().mmul(w, graph.input("a", 4, 2), false, true, false),
                    1,
                    2,
                    2,
                    1);
    PathLength.Generator generator =
        new PathLength.Generator(linear, List.of(1L, 2L), List.of(1L, 2L, 2L, 1L));
    Graph penalty =
        new PathLength(0.01)
            .penaltyGraph(
                DataType.DOUBLE,
                generator,
                graph -> graph.input(LATENTS, 1, 2),
                List.of("a"),
                false);
    try (PenaltyCheck check =
        new PenaltyCheck(
            List.of(PathLength.gradientGraph(DataType.DOUBLE, generator), penalty),
            PENALTY,
            List.of("a"),
            NEXT_MEAN)) {
      check
          .weigh(2, 1)
          .set("a", 1, 2, 3, 4, 5, 6, 7, 8)
          .set(NOISE, 1, -1, 1, -1)
          .set(MEAN, 0)
          .run();
      double length = 2.8284271247461903;
      assertThat(check.array(PathLength.GRADIENT).dup().data().asDouble())
          .containsExactly(new double[] {-2, -2}, EXACT);
      assertThat(check.scalar(NEXT_MEAN)).isCloseTo(0.0282842712, EXACT);
      assertThat(check.scalar(PENALTY)).isCloseTo(2 * Math.pow(0.99 * length, 2), EXACT);
      // d length / d A_ij = g_j / length * y_i / 2.
      double element = 2 * 2 * 0.99 * length * 0.99 * (-2 / length) / 2;
      assertThat(check.gradient("a"))
          .containsExactly(
              new double[] {
                element, element, -element, -element, element, element, -element, -element
              },
              EXACT);
    }
  }

  @Test
  void ofANonlinearGeneratorWithMapping() {
    List<String> parameters =
        List.of("mapping", "style0", "style1", "constant", "weight0", "weight1", "rgb");
    List<Long> latents = List.of((long) BATCH, (long) LAYERS, (long) SIZE);
    PathLength.Generator generator =
        new PathLength.Generator(
            PathLengthTest::synthesis, latents, List.of((long) BATCH, 2L, 2L, 3L));
    GraphBuilder mapping = new GraphBuilder(DataType.DOUBLE);
    mapping.output(LATENTS, mapping(mapping));
    Graph penalty =
        new PathLength(0.1)
            .penaltyGraph(DataType.DOUBLE, generator, PathLengthTest::mapping, parameters, false);
    try (PenaltyCheck check =
        new PenaltyCheck(
            List.of(mapping.build(), PathLength.gradientGraph(DataType.DOUBLE, generator), penalty),
            PENALTY,
            parameters,
            NEXT_MEAN)) {
      check.weigh(2, BATCH).set(MEAN, 0.05).check();
    }
  }

  /** Normalised, a leaky layer, one copy for each layer of the synthesis. */
  private static SDVariable mapping(GraphBuilder graph) {
    SameDiff ops = graph.sameDiff();
    SDVariable z = graph.input("z", BATCH, SIZE);
    SDVariable normalised = z.mul(ops.math().rsqrt(z.mul(z).mean(true, 1).add(1e-8)));
    SDVariable w = ops.nn().leakyRelu(normalised.mmul(graph.input("mapping", SIZE, SIZE)), 0.2);
    return ops.tile(ops.reshape(w, BATCH, 1, SIZE), 1, LAYERS, 1);
  }

  /** A learned constant, modulated and demodulated 1x1 layers, and a hyperbolic tangent. */
  private static SDVariable synthesis(GraphBuilder graph, SDVariable w) {
    SameDiff ops = graph.sameDiff();
    int channels = 5;
    SDVariable h = ops.tile(graph.input("constant", 1, 4, channels), BATCH, 1, 1);
    for (int layer = 0; layer < LAYERS; layer++) {
      SDVariable own =
          ops.reshape(ops.slice(w, new int[] {0, layer, 0}, BATCH, 1, SIZE), BATCH, SIZE);
      SDVariable style =
          ops.reshape(own.mmul(graph.input("style" + layer, SIZE, channels)), BATCH, channels, 1);
      SDVariable weight =
          ops.reshape(graph.input("weight" + layer, channels, channels), 1, channels, channels)
              .mul(style.add(1));
      SDVariable norm = ops.math().rsqrt(weight.mul(weight).sum(true, 1).add(1e-8));
      h = ops.nn().leakyRelu(ops.mmul(h, weight.mul(norm)), 0.2);
    }
    SDVariable flat = ops.reshape(h, BATCH * 4, channels).mmul(graph.input("rgb", channels, 3));
    return ops.math().tanh(ops.reshape(flat, BATCH, 2, 2, 3));
  }
}
