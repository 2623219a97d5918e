package io.troupe.models.networks.stylegan2;

import io.troupe.config.NetworkSettings.DeviationGroups;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.autodiff.TangentCheck;
import io.troupe.models.compile.GradientCheck;
import io.troupe.models.networks.stylegan2.StyleGan2Settings.Discriminator;
import io.troupe.models.networks.stylegan2.StyleGan2Settings.Doubling;
import io.troupe.models.networks.stylegan2.StyleGan2Settings.LatentNorm;
import io.troupe.models.networks.stylegan2.StyleGan2Settings.Styles;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/** Gradients and tangents of whole networks of few channels, with 8x8 pictures. */
@Tag("gradient")
class StyleGan2GradientTest {
  private static final StyleGan2Settings RESIDUAL =
      new StyleGan2Settings(
          3,
          5,
          4,
          2,
          0.5,
          LatentNorm.UNIT,
          0.9,
          List.of(4, 3),
          3,
          Styles.PER_SIZE,
          Doubling.BILINEAR,
          true,
          1,
          1e-8,
          Discriminator.RESIDUAL,
          1,
          4,
          DeviationGroups.CONSECUTIVE,
          2);

  private static final StyleGan2Settings PLAIN = filtered(3, Discriminator.PLAIN);

  /** Grey, too. */
  private static final StyleGan2Settings RESIDUAL_FILTERED =
      filtered(1, Discriminator.RESIDUAL_FILTERED);

  private static StyleGan2Settings filtered(int imageChannels, Discriminator discriminator) {
    return new StyleGan2Settings(
        3,
        5,
        4,
        2,
        0.5,
        LatentNorm.MEAN_SQUARE,
        0.9,
        List.of(4, 3),
        imageChannels,
        Styles.PER_LAYER,
        Doubling.FILTERED,
        false,
        Math.sqrt(2),
        1e-8,
        discriminator,
        0,
        4,
        DeviationGroups.STRIDED,
        2);
  }

  static Stream<StyleGan2Settings> settings() {
    return Stream.of(RESIDUAL, PLAIN, RESIDUAL_FILTERED);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void mapping(StyleGan2Settings settings) {
    new GradientCheck()
        .input("latents", 4, 5)
        .input("labels", 4, 3)
        .check(
            (scope, in) ->
                new MappingNetwork(settings).styles(scope, in.get("latents"), in.get("labels")),
            BatchNormMode.BATCH);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void synthesis(StyleGan2Settings settings) {
    SynthesisNetwork network = new SynthesisNetwork(settings);
    GradientCheck check = new GradientCheck().input("styles", 2, network.styles(), 4);
    for (int i = 0; i < network.layers(); i++) {
      check.input("noise" + i, noiseShape(network, i));
    }
    check.check(
        (scope, in) -> network.images(scope, in.get("styles"), noise(network, in), 2),
        BatchNormMode.BATCH);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void synthesisAlongStyles(StyleGan2Settings settings) {
    SynthesisNetwork network = new SynthesisNetwork(settings);
    new TangentCheck()
        .input("styles", 2, network.styles(), 4)
        .check(
            (scope, in) -> {
              List<SDVariable> zeros =
                  Stream.of(0, 1, 2)
                      .map(i -> zeros(scope.operations(), noiseShape(network, i)))
                      .toList();
              return network.images(scope, in.get("styles"), zeros, 2);
            });
  }

  @ParameterizedTest
  @MethodSource("settings")
  void discriminator(StyleGan2Settings settings) {
    new GradientCheck()
        .input("images", 4, 8, 8, settings.imageChannels())
        .input("labels", 4, 3)
        .check(
            (scope, in) ->
                new StyleGan2Discriminator(settings)
                    .logits(scope, in.get("images"), in.get("labels"), 4, 1),
            BatchNormMode.BATCH);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void discriminatorAlongImages(StyleGan2Settings settings) {
    new TangentCheck()
        .input("images", 4, 8, 8, settings.imageChannels())
        .check(
            (scope, in) -> {
              SDVariable labels = zeros(scope.operations(), 4, 3).add(0.5);
              SDVariable logits =
                  new StyleGan2Discriminator(settings)
                      .logits(scope, in.get("images"), labels, 4, 1);
              // Weights are small here, and so are logits.
              return logits.mul(100);
            });
  }

  private static List<SDVariable> noise(SynthesisNetwork network, Map<String, SDVariable> in) {
    return Stream.iterate(0, i -> i < network.layers(), i -> i + 1)
        .map(i -> in.get("noise" + i))
        .toList();
  }

  private static long[] noiseShape(SynthesisNetwork network, int layer) {
    return network.noiseShapes(2).get(layer).stream().mapToLong(Long::longValue).toArray();
  }

  private static SDVariable zeros(SameDiff ops, long... shape) {
    return ops.constant(Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.DOUBLE, shape));
  }
}
