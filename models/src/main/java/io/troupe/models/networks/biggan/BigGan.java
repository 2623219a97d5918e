package io.troupe.models.networks.biggan;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsProblems;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.DiscriminatorOutput;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.NetworkFamily;
import org.nd4j.autodiff.samediff.SDVariable;

/** BigGAN at 32x32. */
public record BigGan(BigGanGenerator generator, BigGanDiscriminator discriminator)
    implements GanNetworks {
  /** What settings know of it. */
  public static final class Family extends NetworkFamily {
    /** BigGAN as {@code network.kind = biggan}. */
    public Family() {
      super(
          "biggan",
          "initial-deviation",
          "spectral-norm-epsilon",
          "batch-norm-epsilon",
          "batch-norm-momentum",
          "biggan");
    }

    @Override
    public void check(RunSettings settings, SettingsProblems problems) {
      new BigGanRules(settings.network(), problems).check();
    }

    @Override
    public GanNetworks networks(RunSettings.Network settings, int classes) {
      return new BigGan(
          new BigGanGenerator(settings, classes), new BigGanDiscriminator(settings, classes));
    }
  }

  @Override
  public int size() {
    return BigGanGenerator.SIZE;
  }

  @Override
  public SDVariable images(Scope scope, GeneratorInputs inputs) {
    return generator.images(scope, inputs.latents(), inputs.labels(), inputs.batch());
  }

  @Override
  public SDVariable logits(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    return discriminator.logits(scope, images, labels);
  }

  @Override
  public DiscriminatorOutput judge(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    return discriminator.judge(scope, images, labels);
  }
}
