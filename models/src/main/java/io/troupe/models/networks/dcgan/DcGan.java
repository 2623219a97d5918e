package io.troupe.models.networks.dcgan;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.Scope;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkBlock;
import io.troupe.models.networks.NetworkFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.nd4j.autodiff.samediff.SDVariable;

/** DCGAN at 32x32, 64x64 or 128x128, by setting with classes. */
public record DcGan(DcGanGenerator generator, DcGanDiscriminator discriminator)
    implements GanNetworks {
  /** What settings know of it. */
  public static final class Family extends NetworkFamily {
    /** DCGAN as {@code network.kind = dcgan}. */
    public Family() {
      super("dcgan", "initial-deviation", "batch-norm-epsilon", "batch-norm-momentum", "dcgan");
    }

    @Override
    public Set<Integer> sizes() {
      return new TreeSet<>(Set.of(32, 64, 128));
    }

    @Override
    public boolean isConditional(Predicate<String> isOn) {
      return isOn.test("network.dcgan.conditional");
    }

    @Override
    public GanNetworks networks(NetworkSettings settings, ImageSpec spec) {
      return new DcGan(new DcGanGenerator(settings, spec), new DcGanDiscriminator(settings, spec));
    }
  }

  private static final int FIRST_SIZE = 4;

  /** How often the generator doubles the size, and the discriminator halves it. */
  static int doublings(int size) {
    return Integer.numberOfTrailingZeros(size / FIRST_SIZE);
  }

  /** A single class is none. */
  static boolean isConditional(NetworkSettings settings, ImageSpec spec) {
    return settings.dcgan().conditional() && spec.classes() > 1;
  }

  @Override
  public ImageSpec spec() {
    return generator.spec();
  }

  @Override
  public List<NetworkBlock> generatorBlocks() {
    List<NetworkBlock> blocks = new ArrayList<>();
    for (int stage = 1; stage <= doublings(spec().size()); stage++) {
      int side = FIRST_SIZE << stage;
      blocks.add(NetworkBlock.between(side / 2, side, "stage" + stage));
    }
    return List.copyOf(blocks);
  }

  @Override
  public List<NetworkBlock> discriminatorBlocks() {
    List<NetworkBlock> blocks = new ArrayList<>();
    int stages = doublings(spec().size());
    for (int stage = 0; stage < stages; stage++) {
      int side = spec().size() >> stage;
      blocks.add(NetworkBlock.between(side, side / 2, "stage" + stage));
    }
    blocks.add(new NetworkBlock(NetworkBlock.LOGITS, "stage" + stages, "embedding"));
    return List.copyOf(blocks);
  }

  @Override
  public SDVariable images(Scope scope, GeneratorInputs inputs) {
    return generator.images(scope, inputs.latents(), inputs.labels(), inputs.batch());
  }

  @Override
  public SDVariable logits(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    return discriminator.logits(scope, images, labels, pictures, batches);
  }
}
