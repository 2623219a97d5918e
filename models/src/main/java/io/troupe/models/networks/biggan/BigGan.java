package io.troupe.models.networks.biggan;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsProblems;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.DiscriminatorOutput;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkBlock;
import io.troupe.models.networks.NetworkFamily;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;

/** BigGAN, at the sizes of {@link BigGanBlocks}. */
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
    public Set<Integer> sizes() {
      return BigGanBlocks.sizes();
    }

    @Override
    public Optional<String> misfit(NetworkSettings settings, ImageSpec spec) {
      return super.misfit(settings, spec).or(() -> BigGanRules.misfit(settings, spec));
    }

    @Override
    public GanNetworks networks(NetworkSettings settings, ImageSpec spec) {
      return new BigGan(
          new BigGanGenerator(settings, spec), new BigGanDiscriminator(settings, spec));
    }
  }

  @Override
  public ImageSpec spec() {
    return generator.spec();
  }

  @Override
  public List<NetworkBlock> generatorBlocks() {
    return generator.parts();
  }

  @Override
  public List<NetworkBlock> discriminatorBlocks() {
    return discriminator.parts();
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
  public DiscriminatorOutput discriminate(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    return discriminator.discriminate(scope, images, labels);
  }
}
