package io.troupe.models.networks.biggan;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.compile.GradientCheck;
import io.troupe.models.graph.Initial;
import io.troupe.models.layers.Condition;
import io.troupe.models.layers.SpectralNormLayers;
import io.troupe.models.networks.ImageSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("gradient")
class BigGanGradientTest {
  @Test
  void generatorBlock() {
    new GradientCheck()
        .input("x", 2, 4, 4, 4)
        .input("classes", 2, 3)
        .check(
            (scope, in) ->
                BigGanVariants.GENERATOR.block(
                    scope,
                    in.get("x"),
                    Condition.table(in.get("classes"), 3, new Initial.Normal(1)),
                    4,
                    2,
                    4,
                    4,
                    4),
            BatchNormMode.BATCH);
  }

  @Test
  void generator() {
    new GradientCheck()
        .input("z", 2, 6)
        .input("classes", 2, 3)
        .check(
            (scope, in) ->
                BigGanVariants.GENERATOR.images(scope, in.get("z"), in.get("classes"), 2),
            BatchNormMode.BATCH);
  }

  @Test
  void generatorBlockWithLinearCondition() {
    SpectralNormLayers layers = new SpectralNormLayers(new Initial.Normal(1), 1e-8);
    new GradientCheck()
        .input("x", 2, 4, 4, 4)
        .input("vectors", 2, 3)
        .check(
            (scope, in) ->
                BigGanVariants.GENERATOR.block(
                    scope,
                    in.get("x"),
                    Condition.linear(layers, in.get("vectors"), 3),
                    4,
                    2,
                    4,
                    4,
                    4),
            BatchNormMode.BATCH);
  }

  @Test
  void hierarchicalGenerator() {
    BigGanGenerator generator =
        new BigGanGenerator(
            BigGanVariants.network(8, 4, 5, BigGanVariants.biggan(true, 5, 0, 0)),
            ImageSpec.rgb(32, 3));
    new GradientCheck()
        .input("z", 2, 8)
        .input("classes", 2, 3)
        .check(
            (scope, in) -> generator.images(scope, in.get("z"), in.get("classes"), 2),
            BatchNormMode.BATCH);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void discriminatorBlock(int index) {
    int in = index == 0 ? 3 : 5;
    new GradientCheck()
        .input("x", 2, 4, 4, in)
        .check(
            (scope, inputs) ->
                BigGanVariants.DISCRIMINATOR.block(scope, inputs.get("x"), in, 5, index),
            BatchNormMode.BATCH);
  }

  @Test
  void projection() {
    new GradientCheck()
        .input("features", 4, 5)
        .input("classes", 4, 3)
        .check(
            (scope, in) ->
                BigGanVariants.DISCRIMINATOR.projection(
                    scope, in.get("features"), in.get("classes")),
            BatchNormMode.BATCH);
  }

  @Test
  void discriminator() {
    new GradientCheck()
        .input("x", 2, 8, 8, 3)
        .input("classes", 2, 3)
        .check(
            (scope, in) ->
                BigGanVariants.DISCRIMINATOR.logits(scope, in.get("x"), in.get("classes")),
            BatchNormMode.BATCH);
  }
}
