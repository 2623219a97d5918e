package io.troupe.models.biggan;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.TangentCheck;
import org.junit.jupiter.api.Test;

/** Tangents of whole networks along their inputs, and of a generator's block with all gradients. */
class BigGanTangentTest {
  private static final RunSettings.Network SMALL =
      new RunSettings.Network(RunSettings.NetworkKind.BIGGAN, 6, 4, 5, 0.3, 1e-8, 1e-5, 0.1);
  private static final BigGanGenerator GENERATOR = new BigGanGenerator(SMALL, 3);
  private static final BigGanDiscriminator DISCRIMINATOR = new BigGanDiscriminator(SMALL, 3);

  @Test
  void discriminator() {
    new TangentCheck()
        .input("images", 2, 8, 8, 3)
        .input("classes", 2, 3)
        .check((scope, in) -> DISCRIMINATOR.logits(scope, in.get("images"), in.get("classes")));
  }

  @Test
  void generator() {
    new TangentCheck()
        .input("latents", 2, 6)
        .input("classes", 2, 3)
        .checkTangents(
            (scope, in) -> GENERATOR.images(scope, in.get("latents"), in.get("classes"), 2));
  }

  @Test
  void generatorBlock() {
    new TangentCheck()
        .input("x", 2, 2, 2, 4)
        .input("classes", 2, 3)
        .check((scope, in) -> GENERATOR.block(scope, in.get("x"), in.get("classes"), 2, 2));
  }
}
