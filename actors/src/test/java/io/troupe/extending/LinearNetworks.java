package io.troupe.extending;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.NetworkFamily;
import org.nd4j.autodiff.samediff.SDVariable;

/** One matrix each: images are tanh of z times one, logits images times the other. */
public record LinearNetworks(int latentSize, double deviation) implements GanNetworks {
  private static final int SIDE = 32;
  private static final int LENGTH = SIDE * SIDE * 3;

  /** What settings know of it. */
  public static final class Family extends NetworkFamily {
    Family() {
      super("linear", "initial-deviation");
    }

    @Override
    public boolean isConditional() {
      return false;
    }

    @Override
    public GanNetworks networks(RunSettings.Network settings, int classes) {
      return new LinearNetworks(settings.latentSize(), settings.initialDeviation());
    }
  }

  @Override
  public int size() {
    return SIDE;
  }

  @Override
  public SDVariable images(Scope scope, GeneratorInputs inputs) {
    Initial initial = new Initial.Normal(deviation);
    SDVariable weight = scope.parameter("weight", initial, latentSize, LENGTH);
    SDVariable pixels = scope.operations().math().tanh(inputs.latents().mmul(weight));
    return scope.operations().reshape(pixels, inputs.batch(), SIDE, SIDE, 3);
  }

  @Override
  public SDVariable logits(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    SDVariable weight = scope.parameter("weight", new Initial.Normal(deviation), LENGTH, 1);
    return scope.operations().reshape(images, pictures, LENGTH).mmul(weight);
  }
}
