package io.troupe.extending;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkFamily;
import java.util.Set;
import java.util.function.Predicate;
import org.nd4j.autodiff.samediff.SDVariable;

/** One matrix each: images are tanh of z times one, logits images times the other. */
public record LinearNetworks(ImageSpec spec, int latentSize, double deviation)
    implements GanNetworks {

  /** What settings know of it. */
  public static final class Family extends NetworkFamily {
    Family() {
      super("linear", "initial-deviation");
    }

    @Override
    public Set<Integer> sizes() {
      return Set.of(32, 64);
    }

    @Override
    public boolean isConditional(Predicate<String> isOn) {
      return false;
    }

    @Override
    public GanNetworks networks(NetworkSettings settings, ImageSpec spec) {
      return new LinearNetworks(spec, settings.latentSize(), settings.initialDeviation());
    }
  }

  private long length() {
    return (long) spec.size() * spec.size() * spec.channels();
  }

  @Override
  public SDVariable images(Scope scope, GeneratorInputs inputs) {
    Initial initial = new Initial.Normal(deviation);
    SDVariable weight = scope.parameter("weight", initial, latentSize, length());
    SDVariable pixels = scope.operations().math().tanh(inputs.latents().mmul(weight));
    return scope
        .operations()
        .reshape(pixels, inputs.batch(), spec.size(), spec.size(), spec.channels());
  }

  @Override
  public SDVariable logits(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    SDVariable weight = scope.parameter("weight", new Initial.Normal(deviation), length(), 1);
    return scope.operations().reshape(images, pictures, length()).mmul(weight);
  }
}
