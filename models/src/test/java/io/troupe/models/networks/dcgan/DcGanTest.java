package io.troupe.models.networks.dcgan;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.compile.GradientCheck;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.Evaluated;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.PlainNetworks;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

@Tag("gradient")
class DcGanTest {
  private static final NetworkSettings PUBLISHED = settings(100, 64);
  private static final NetworkSettings SMALL = settings(3, 1);

  private static final ImageSpec IMAGES = ImageSpec.rgb(64, 1);

  private static NetworkSettings settings(int latentSize, int channels) {
    return PlainNetworks.of("dcgan", latentSize, channels, channels, 0.2);
  }

  @Test
  void parametersAreAsPublished() {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope g = graph.scope("g/", BatchNormMode.BATCH);
    new DcGanGenerator(PUBLISHED, IMAGES)
        .images(g, graph.input("z", 2, 100), graph.input("labels", 2, 1), 2);
    assertThat(g.layout().trainableLength()).isEqualTo(3_576_704);
    Scope d = graph.scope("d/", BatchNormMode.BATCH);
    new DcGanDiscriminator(PUBLISHED, IMAGES)
        .logits(d, graph.input("x", 2, 64, 64, 3), graph.input("classes", 2, 1), 2, 1);
    assertThat(d.layout().trainableLength()).isEqualTo(2_765_568);
  }

  @Test
  void generatorGradients() {
    new GradientCheck()
        .input("z", 2, 3)
        .check(
            (scope, in) ->
                new DcGanGenerator(SMALL, IMAGES)
                    .images(scope, in.get("z"), in.get("z"), 2)
                    .mean(1, 2),
            BatchNormMode.BATCH);
  }

  @Test
  void discriminatorGradients() {
    new GradientCheck()
        .input("z", 2, 4)
        .check(
            (scope, in) ->
                new DcGanDiscriminator(SMALL, IMAGES)
                    .logits(
                        scope,
                        scope
                            .operations()
                            .reshape(
                                in.get("z")
                                    .mmul(
                                        scope.operations().constant(Evaluated.random(1, 4, 12288))),
                                2,
                                64,
                                64,
                                3),
                        in.get("z"),
                        2,
                        1),
            BatchNormMode.BATCH);
  }

  @Test
  void twoBatchesInOnePassAreTwoPasses() {
    INDArray both = Evaluated.random(1, 4, 64, 64, 3);
    INDArray first = both.get(NDArrayIndex.interval(0, 2)).dup();
    INDArray second = both.get(NDArrayIndex.interval(2, 4)).dup();
    DcGanDiscriminator network = new DcGanDiscriminator(settings(3, 2), IMAGES);
    try (Evaluated together =
            new Evaluated(
                Map.of("x", both),
                (scope, in) -> network.logits(scope, in.get("x"), in.get("x"), 4, 2),
                4,
                1);
        Evaluated apart =
            new Evaluated(
                Map.of("x", first.dup()),
                (scope, in) -> network.logits(scope, in.get("x"), in.get("x"), 2, 1),
                2,
                1)) {
      INDArray logits = together.run();
      // Running statistics take the last batch, a discriminator's real pictures, first.
      apart.array("x").assign(second);
      INDArray ofSecond = apart.run().dup();
      apart.array("x").assign(first);
      INDArray ofFirst = apart.run();
      assertThat(Evaluated.distance(logits.get(NDArrayIndex.interval(0, 2)).dup(), ofFirst))
          .isLessThan(1e-12);
      assertThat(Evaluated.distance(logits.get(NDArrayIndex.interval(2, 4)).dup(), ofSecond))
          .isLessThan(1e-12);
      for (String state : new String[] {"stage1.norm.mean", "stage3.norm.variance"}) {
        assertThat(Evaluated.distance(together.array(state).dup(), apart.array(state).dup()))
            .isLessThan(1e-12);
      }
    }
  }
}
