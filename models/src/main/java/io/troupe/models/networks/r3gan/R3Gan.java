package io.troupe.models.networks.r3gan;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsProblems;
import io.troupe.models.graph.Scope;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkBlock;
import io.troupe.models.networks.NetworkFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.autodiff.samediff.SDVariable;

/** R3GAN, at any power of two from 16 to 256; with a single class it is not conditional. */
public record R3Gan(R3GanGenerator generator, R3GanDiscriminator discriminator)
    implements GanNetworks {
  /** What settings know of it. */
  public static final class Family extends NetworkFamily {
    /** R3GAN as {@code network.kind = r3gan}. */
    public Family() {
      super("r3gan");
    }

    @Override
    public Set<Integer> sizes() {
      return new TreeSet<>(Set.of(16, 32, 64, 128, 256));
    }

    @Override
    public void check(RunSettings settings, SettingsProblems problems) {
      check("network.generator-channels", settings.network().generatorChannels(), problems);
      check("network.discriminator-channels", settings.network().discriminatorChannels(), problems);
    }

    private static void check(String key, int channels, SettingsProblems problems) {
      int multiple = R3GanLayers.channelMultiple(R3GanLayers.SMALLEST);
      if (!problems.concern(key) && channels % multiple != 0) {
        problems.report(
            key,
            "%s is %d; allowed with network.kind = r3gan: a multiple of %d"
                .formatted(key, channels, multiple));
      }
    }

    @Override
    public Optional<String> misfit(NetworkSettings settings, ImageSpec spec) {
      return super.misfit(settings, spec)
          .or(() -> misfit("generator", settings.generatorChannels(), spec))
          .or(() -> misfit("discriminator", settings.discriminatorChannels(), spec));
    }

    private static Optional<String> misfit(String network, int channels, ImageSpec spec) {
      int multiple = R3GanLayers.channelMultiple(spec.size());
      return channels % multiple == 0
          ? Optional.empty()
          : Optional.of(
              "network.%s-channels is %d; allowed for images of %d pixels with network.kind = r3gan: a multiple of %d"
                  .formatted(network, channels, spec.size(), multiple));
    }

    @Override
    public GanNetworks networks(NetworkSettings settings, ImageSpec spec) {
      int size = spec.size();
      return new R3Gan(
          new R3GanGenerator(
              R3GanLayers.of(settings.generatorChannels(), size), settings.latentSize(), spec),
          new R3GanDiscriminator(R3GanLayers.of(settings.discriminatorChannels(), size), spec));
    }
  }

  @Override
  public ImageSpec spec() {
    return generator.spec();
  }

  @Override
  public List<NetworkBlock> generatorBlocks() {
    List<NetworkBlock> blocks = new ArrayList<>();
    for (int side = 2 * R3GanLayers.SMALLEST; side <= spec().size(); side *= 2) {
      blocks.add(NetworkBlock.between(side / 2, side, "stage" + side));
    }
    blocks.add(new NetworkBlock("colours at %d".formatted(spec().size()), "rgb"));
    return List.copyOf(blocks);
  }

  @Override
  public List<NetworkBlock> discriminatorBlocks() {
    List<NetworkBlock> blocks = new ArrayList<>();
    for (int side = spec().size(); side > R3GanLayers.SMALLEST; side /= 2) {
      String stage = "stage" + side;
      blocks.add(
          side == spec().size()
              ? NetworkBlock.between(side, side / 2, stage, "rgb")
              : NetworkBlock.between(side, side / 2, stage));
    }
    blocks.add(
        new NetworkBlock(
            NetworkBlock.LOGITS, "stage" + R3GanLayers.SMALLEST, "basis", "features", "embedding"));
    return List.copyOf(blocks);
  }

  @Override
  public SDVariable images(Scope scope, GeneratorInputs inputs) {
    return generator.images(scope, inputs.latents(), inputs.labels(), inputs.batch());
  }

  @Override
  public SDVariable logits(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    return discriminator.logits(scope, images, labels, pictures);
  }
}
