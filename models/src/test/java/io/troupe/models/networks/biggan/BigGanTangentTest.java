package io.troupe.models.networks.biggan;

import io.troupe.models.autodiff.TangentCheck;
import io.troupe.models.graph.Initial;
import io.troupe.models.layers.Condition;
import io.troupe.models.layers.SelfAttention;
import io.troupe.models.layers.SpectralNormLayers;
import io.troupe.models.networks.ImageSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tangents of whole networks along their inputs, and of a generator's block with all gradients. */
@Tag("gradient")
class BigGanTangentTest {
  @Test
  void discriminator() {
    new TangentCheck()
        .input("images", 2, 8, 8, 3)
        .input("classes", 2, 3)
        .check(
            (scope, in) ->
                BigGanVariants.DISCRIMINATOR.logits(scope, in.get("images"), in.get("classes")));
  }

  @Test
  void generator() {
    new TangentCheck()
        .input("latents", 2, 6)
        .input("classes", 2, 3)
        .checkTangents(
            (scope, in) ->
                BigGanVariants.GENERATOR.images(scope, in.get("latents"), in.get("classes"), 2));
  }

  @Test
  void generatorBlock() {
    new TangentCheck()
        .input("x", 2, 2, 2, 4)
        .input("classes", 2, 3)
        .check(
            (scope, in) ->
                BigGanVariants.GENERATOR.block(
                    scope,
                    in.get("x"),
                    Condition.table(in.get("classes"), 3, new Initial.Normal(1)),
                    4,
                    2,
                    2,
                    2,
                    4));
  }

  /** With gradients, as gradient penalties need it. */
  @Test
  void selfAttention() {
    SelfAttention attention =
        new SelfAttention(new SpectralNormLayers(new Initial.Normal(1), 1e-8));
    new TangentCheck()
        .input("x", 2, 4, 4, 16)
        .check((scope, in) -> attention.apply(scope, in.get("x"), 4, 16));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 8})
  void discriminatorWithAttention(int side) {
    BigGanDiscriminator discriminator =
        new BigGanDiscriminator(
            BigGanVariants.network(8, 8, 8, BigGanVariants.biggan(false, 0, 0, side)),
            ImageSpec.rgb(32, 3));
    new TangentCheck()
        .input("images", 2, 32, 32, 3)
        .input("classes", 2, 3)
        .checkTangents(
            (scope, in) -> discriminator.logits(scope, in.get("images"), in.get("classes")));
  }

  @Test
  void generatorWithOptions() {
    BigGanGenerator generator =
        new BigGanGenerator(
            BigGanVariants.network(8, 8, 8, BigGanVariants.biggan(true, 5, 8, 16)),
            ImageSpec.rgb(32, 3));
    new TangentCheck()
        .input("latents", 2, 8)
        .input("classes", 2, 3)
        .checkTangents(
            (scope, in) -> generator.images(scope, in.get("latents"), in.get("classes"), 2));
  }
}
