package io.troupe.models.layers;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.compile.GradientCheck;
import io.troupe.models.graph.Initial;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("gradient")
class LayerGradientTest {
  private static final Initial WEIGHTS = new Initial.Normal(0.5);
  private static final SpectralNormLayers SPECTRAL = new SpectralNormLayers(WEIGHTS, 1e-8);
  private static final BatchNorm NORM = new BatchNorm(1e-5, 0.1);

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void spectralConvolution(int kernel) {
    new GradientCheck()
        .input("x", 2, 4, 4, 3)
        .check(
            (scope, in) -> SPECTRAL.convolution(scope, in.get("x"), 3, 5, kernel),
            BatchNormMode.BATCH);
  }

  @Test
  void spectralLinear() {
    new GradientCheck()
        .input("x", 3, 4)
        .check((scope, in) -> SPECTRAL.linear(scope, in.get("x"), 4, 6), BatchNormMode.BATCH);
  }

  @Test
  void spectralEmbedding() {
    new GradientCheck()
        .input("classes", 3, 4)
        .check(
            (scope, in) -> SPECTRAL.embedding(scope, in.get("classes"), 4, 6), BatchNormMode.BATCH);
  }

  @ParameterizedTest
  @EnumSource(BatchNormMode.class)
  void plainBatchNorm(BatchNormMode mode) {
    new GradientCheck()
        .input("x", 3, 2, 2, 4)
        .check((scope, in) -> NORM.plain(scope, in.get("x"), 3, 2, 2, 4), mode);
  }

  @ParameterizedTest
  @EnumSource(BatchNormMode.class)
  void conditionalBatchNorm(BatchNormMode mode) {
    new GradientCheck()
        .input("x", 3, 2, 2, 4)
        .input("classes", 3, 5)
        .check(
            (scope, in) ->
                NORM.conditional(
                    scope, in.get("x"), Condition.table(in.get("classes"), 5, WEIGHTS), 3, 2, 2, 4),
            mode);
  }

  @ParameterizedTest
  @EnumSource(BatchNormMode.class)
  void linearlyConditionalBatchNorm(BatchNormMode mode) {
    new GradientCheck()
        .input("x", 3, 2, 2, 4)
        .input("vectors", 3, 5)
        .check(
            (scope, in) ->
                NORM.conditional(
                    scope,
                    in.get("x"),
                    Condition.linear(SPECTRAL, in.get("vectors"), 5),
                    3,
                    2,
                    2,
                    4),
            mode);
  }

  @Test
  void selfAttention() {
    new GradientCheck()
        .input("x", 2, 4, 4, 16)
        .check(
            (scope, in) -> new SelfAttention(SPECTRAL).apply(scope, in.get("x"), 4, 16),
            BatchNormMode.BATCH);
  }

  @Test
  void doubling() {
    new GradientCheck()
        .input("x", 2, 3, 3, 2)
        .check(
            (scope, in) -> Resample.upsampleNearest(scope.operations(), in.get("x"), 2, 3, 3, 2),
            BatchNormMode.BATCH);
  }

  @Test
  void halving() {
    new GradientCheck()
        .input("x", 2, 4, 4, 2)
        .check(
            (scope, in) -> Resample.downsampleByMean(scope.operations(), in.get("x")),
            BatchNormMode.BATCH);
  }

  @Test
  void halvingByMaximum() {
    new GradientCheck()
        .input("x", 2, 4, 6, 3)
        .check(
            (scope, in) -> Resample.downsampleByMaximum(scope.operations(), in.get("x")),
            BatchNormMode.BATCH);
  }
}
