package io.troupe.models.networks.dcgan;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.Scope;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.NetworkFamily;
import org.nd4j.autodiff.samediff.SDVariable;

/** DCGAN at 64x64, which knows no classes. */
public record DcGan(DcGanGenerator generator, DcGanDiscriminator discriminator)
    implements GanNetworks {
  /** What settings know of it. */
  public static final class Family extends NetworkFamily {
    /** DCGAN as {@code network.kind = dcgan}. */
    public Family() {
      super("dcgan", "initial-deviation", "batch-norm-epsilon", "batch-norm-momentum");
    }

    @Override
    public boolean isConditional() {
      return false;
    }

    @Override
    public GanNetworks networks(RunSettings.Network settings, int classes) {
      return new DcGan(new DcGanGenerator(settings), new DcGanDiscriminator(settings));
    }
  }

  @Override
  public int size() {
    return DcGanDiscriminator.SIZE;
  }

  @Override
  public SDVariable images(Scope scope, GeneratorInputs inputs) {
    return generator.images(scope, inputs.latents(), inputs.batch());
  }

  @Override
  public SDVariable logits(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    return discriminator.logits(scope, images, pictures, batches);
  }
}
