package io.troupe.models.networks.stylegan2;

import static io.troupe.models.layers.Evaluated.distance;
import static io.troupe.models.layers.Evaluated.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.compile.GradientCheck;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.Evaluated;
import io.troupe.models.networks.stylegan2.StyleGan2Settings.LatentNorm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What must hold for whatever weights. */
class StyleGan2InvariantsTest {
  private static final String SETTINGS =
      "io.troupe.models.networks.stylegan2.StyleGan2GradientTest#settings";

  @ParameterizedTest
  @MethodSource(SETTINGS)
  void normalisedVectorsHaveTheSameLength(StyleGan2Settings settings) {
    INDArray x = random(1, 3, 5);
    INDArray normalised =
        evaluate(
            Map.of("x", x),
            (scope, in) -> MappingNetwork.normalise(scope, in.get("x"), 5, settings.latentNorm()),
            3,
            5);
    double scale = settings.latentNorm() == LatentNorm.UNIT ? 1 : 1.0 / 5;
    for (int row = 0; row < 3; row++) {
      double before = squared(x.getRow(row));
      assertThat(squared(normalised.getRow(row)))
          .isCloseTo(before / (scale * before + 1e-8), within(1e-12))
          .isCloseTo(1 / scale, within(1e-6));
    }
    assertThat(distance(normalised.div(x).getColumn(0), normalised.div(x).getColumn(4)))
        .isLessThan(1e-14);
  }

  private static double squared(INDArray vector) {
    return vector.mul(vector).sumNumber().doubleValue();
  }

  @ParameterizedTest
  @MethodSource(SETTINGS)
  void mappingDoesNotSeeTheLengthOfLatents(StyleGan2Settings settings) {
    try (Evaluated mapping = mapping(settings)) {
      INDArray styles = mapping.run();
      mapping.array("z").muli(100);
      assertThat(distance(mapping.run(), styles)).isLessThan(1e-6);
      mapping.array("labels").getRow(0).assign(Nd4j.createFromArray(0.0, 0.0, 1.0));
      assertThat(distance(mapping.run(), styles)).isGreaterThan(1e-4);
    }
  }

  @ParameterizedTest
  @MethodSource(SETTINGS)
  void averageFollowsTheMeanStyle(StyleGan2Settings settings) {
    try (Evaluated mapping = mapping(settings)) {
      mapping.array("average").assign(2);
      INDArray mean = mapping.run().mean(0);
      assertThat(distance(mapping.array("average"), mean.mul(0.1).addi(1.8))).isLessThan(1e-14);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.7, 1})
  void truncationGoesFromTheAverageToTheStyle(double psi) {
    StyleGan2Settings settings = StyleGan2GradientTest.settings().findFirst().orElseThrow();
    try (Evaluated mapping = mapping(settings);
        Evaluated truncated =
            new Evaluated(
                latents(),
                (scope, in) ->
                    new MappingNetwork(settings)
                        .truncated(
                            scope,
                            in.get("z"),
                            in.get("labels"),
                            scope.operations().constant(Nd4j.scalar(psi))),
                4,
                4)) {
      INDArray average = random(9, 4);
      truncated.array("average").assign(average);
      INDArray styles = mapping.run();
      INDArray expected = styles.mul(psi).addiRowVector(average.mul(1 - psi));
      assertThat(distance(truncated.run(), expected)).isLessThan(1e-15);
      assertThat(distance(truncated.array("average"), average)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource(SETTINGS)
  void mixingTakesTheStylesOfSomeLayersFromTheSecond(StyleGan2Settings settings) {
    SynthesisNetwork network = new SynthesisNetwork(settings);
    INDArray first = random(1, 2, 4);
    INDArray second = random(2, 2, 4);
    INDArray mask = Nd4j.create(DataType.DOUBLE, 2, network.styles(), 1);
    mask.putScalar(0, 1, 0, 1);
    INDArray styles =
        evaluate(
            Map.of("first", first, "second", second, "mask", mask),
            (scope, in) ->
                network.mixed(
                    scope.operations(), in.get("first"), in.get("second"), in.get("mask"), 2),
            2,
            network.styles(),
            4);
    for (int picture = 0; picture < 2; picture++) {
      for (int layer = 0; layer < network.styles(); layer++) {
        INDArray source = picture == 0 && layer == 1 ? second : first;
        assertThat(distance(styles.slice(picture).getRow(layer), source.getRow(picture)))
            .isLessThan(1e-15);
      }
    }
  }

  /** A size's style, or a layer's, reaches no smaller pictures; noise acts by its strength only. */
  @ParameterizedTest
  @MethodSource(SETTINGS)
  void stylesAndNoiseOfTheLastLayer(StyleGan2Settings settings) {
    SynthesisNetwork network = new SynthesisNetwork(settings);
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    inputs.put("styles", random(1, 2, network.styles(), 4));
    for (int layer = 0; layer < network.layers(); layer++) {
      long[] shape = network.noiseShapes(2).get(layer).stream().mapToLong(n -> n).toArray();
      inputs.put("noise" + layer, random(2 + layer, shape));
    }
    try (Evaluated synthesis =
        new Evaluated(
            inputs,
            (scope, in) ->
                network.images(
                    scope,
                    in.get("styles"),
                    List.of(in.get("noise0"), in.get("noise1"), in.get("noise2")),
                    2),
            2,
            8,
            8,
            settings.imageChannels())) {
      INDArray images = synthesis.run();
      inputs.get("noise2").slice(0).muli(3);
      assertThat(distance(synthesis.run(), images)).isZero();
      synthesis.array("block1.conv2.noise").assign(0.5);
      INDArray noisy = synthesis.run();
      inputs.get("noise2").slice(0).muli(3);
      INDArray noisier = synthesis.run();
      assertThat(distance(noisier.slice(0), noisy.slice(0))).isGreaterThan(1e-2);
      assertThat(distance(noisier.slice(1), noisy.slice(1))).isZero();
      inputs.get("styles").slice(0).getRow(network.styles() - 1).muli(3);
      INDArray restyled = synthesis.run();
      assertThat(distance(restyled.slice(0), noisier.slice(0))).isGreaterThan(1e-2);
      assertThat(distance(restyled.slice(1), noisier.slice(1))).isZero();
    }
  }

  @Test
  void refusesMissingNoise() {
    SynthesisNetwork network = new SynthesisNetwork(StyleGan2Settings.small(0));
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope scope = graph.scope("net/", BatchNormMode.BATCH);
    SDVariable styles = graph.input("styles", 2, network.styles(), 512);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network.images(scope, styles, List.of(), 2))
        .withMessageContaining("0 noise inputs for 7 convolutions");
  }

  @ParameterizedTest
  @MethodSource(SETTINGS)
  void oneDiscriminatorPassOverTwoBatchesIsTwoPasses(StyleGan2Settings settings) {
    INDArray images = random(1, 8, 8, 8, settings.imageChannels());
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 8, 3);
    for (int row = 0; row < 8; row++) {
      labels.putScalar(row, row % 3, 1);
    }
    INDArray logits = logits(settings, images, labels);
    for (int start = 0; start < 8; start += 4) {
      INDArrayIndex rows = NDArrayIndex.interval(start, start + 4);
      INDArray alone = logits(settings, images.get(rows).dup('c'), labels.get(rows).dup('c'));
      assertThat(distance(logits.get(rows), alone)).isLessThan(1e-14);
    }
    images.slice(3).muli(2);
    INDArray changed = logits(settings, images, labels).sub(logits);
    // Picture 1 is of its group, in groups of four neighbours and of every second picture alike.
    assertThat(Math.abs(changed.getDouble(1))).isGreaterThan(1e-6);
    assertThat(changed.get(NDArrayIndex.interval(4, 8)).normmaxNumber().doubleValue()).isZero();
  }

  private static INDArray logits(StyleGan2Settings settings, INDArray images, INDArray labels) {
    return evaluate(
        Map.of("images", images, "labels", labels),
        (scope, in) ->
            new StyleGan2Discriminator(settings)
                .logits(
                    scope,
                    in.get("images"),
                    in.get("labels"),
                    images.size(0),
                    (int) images.size(0) / 4),
        images.size(0),
        1);
  }

  private static Evaluated mapping(StyleGan2Settings settings) {
    return new Evaluated(
        latents(),
        (scope, in) -> new MappingNetwork(settings).styles(scope, in.get("z"), in.get("labels")),
        4,
        4);
  }

  private static Map<String, INDArray> latents() {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 4, 3);
    for (int row = 0; row < 4; row++) {
      labels.putScalar(row, row % 3, 1);
    }
    return Map.of("z", random(1, 4, 5), "labels", labels);
  }

  private static INDArray evaluate(
      Map<String, INDArray> inputs, GradientCheck.Layer layer, long... shape) {
    try (Evaluated evaluated = new Evaluated(inputs, layer, shape)) {
      return evaluated.run();
    }
  }
}
