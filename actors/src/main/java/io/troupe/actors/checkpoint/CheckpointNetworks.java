package io.troupe.actors.checkpoint;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkFamily;
import io.troupe.models.training.NetworkLayouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which tensors a checkpoint's vectors hold, from the settings of its run.
 *
 * @param spec of the images that the networks were made for
 */
public record CheckpointNetworks(ImageSpec spec, NetworkLayouts layouts) {
  /** More classes than any dataset has. */
  private static final long MOST = 1 << 30;

  /** Side of the images of families before format version 3, where it was not 32. */
  private static final Map<String, Integer> OLD_SIZES = Map.of("dcgan", 64);

  /**
   * Finds the layouts that fit a checkpoint; the dataset need not be there.
   *
   * @throws CheckpointException if the settings give networks of other sizes
   */
  public static CheckpointNetworks of(StoredCheckpoint checkpoint, RunSettings settings)
      throws CheckpointException {
    Optional<ImageSpec> spec = checkpoint.spec();
    return spec.isPresent()
        ? of(checkpoint, settings, spec.get())
        : ofLengths(checkpoint, settings);
  }

  private static CheckpointNetworks of(
      StoredCheckpoint checkpoint, RunSettings settings, ImageSpec spec)
      throws CheckpointException {
    NetworkSettings network = settings.network();
    NetworkFamily family = NetworkFamily.of(network);
    Optional<String> impossible = family.misfit(network, spec);
    if (impossible.isPresent()) {
      throw otherSettings(checkpoint, settings, impossible.get());
    }
    NetworkLayouts layouts = NetworkLayouts.of(network, spec);
    List<String> misfits = new ArrayList<>();
    if (length(checkpoint, StoredNetwork.GENERATOR)
        != StoredNetwork.GENERATOR.layout(layouts).length()) {
      misfits.add(generatorSettings(network) + " do not fit its generator");
    }
    if (length(checkpoint, StoredNetwork.DISCRIMINATOR)
        != StoredNetwork.DISCRIMINATOR.layout(layouts).length()) {
      misfits.add(discriminatorSettings(network) + " does not fit its discriminator");
    }
    if (!misfits.isEmpty()) {
      throw otherSettings(checkpoint, settings, String.join(", ", misfits));
    }
    return new CheckpointNetworks(spec, layouts);
  }

  /**
   * Of a file that does not say what images its networks are made for. The number of classes
   * follows from the lengths of its vectors.
   */
  private static CheckpointNetworks ofLengths(StoredCheckpoint checkpoint, RunSettings settings)
      throws CheckpointException {
    NetworkSettings network = settings.network();
    OptionalInt ofGenerator = classes(checkpoint, StoredNetwork.GENERATOR, network);
    OptionalInt ofDiscriminator = classes(checkpoint, StoredNetwork.DISCRIMINATOR, network);
    if (ofGenerator.isPresent() && ofGenerator.equals(ofDiscriminator)) {
      ImageSpec spec = spec(network, ofGenerator.getAsInt());
      return new CheckpointNetworks(spec, NetworkLayouts.of(network, spec));
    }
    throw otherSettings(checkpoint, settings, misfits(network, ofGenerator, ofDiscriminator));
  }

  private static CheckpointException otherSettings(
      StoredCheckpoint checkpoint, RunSettings settings, String misfit) {
    return CheckpointException.unfit(
        checkpoint.file(),
        ("these settings, of the preset %s, are not those of its run: %s; give those with --config"
                + " FILE or --preset NAME")
            .formatted(settings.preset(), misfit));
  }

  private static ImageSpec spec(NetworkSettings network, int classes) {
    return ImageSpec.rgb(OLD_SIZES.getOrDefault(network.kind(), 32), classes);
  }

  private static long length(StoredCheckpoint checkpoint, StoredNetwork network)
      throws CheckpointException {
    Map<String, Long> lengths = checkpoint.lengths();
    Long length = lengths.get(network.vector());
    if (length == null) {
      throw CheckpointException.unfit(
          checkpoint.file(),
          "it holds no vector %s, but %s".formatted(network.vector(), lengths.keySet()));
    }
    return length;
  }

  private static OptionalInt classes(
      StoredCheckpoint checkpoint, StoredNetwork network, NetworkSettings settings)
      throws CheckpointException {
    long length = length(checkpoint, network);
    if (length == network.layout(NetworkLayouts.of(settings, spec(settings, 1))).length()) {
      return OptionalInt.of(1);
    }
    // Only tables with a row per class depend on their number, so lengths grow linearly with it,
    // from two classes on: with one there may be no tables.
    long two = network.layout(NetworkLayouts.of(settings, spec(settings, 2))).length();
    long perClass = network.layout(NetworkLayouts.of(settings, spec(settings, 3))).length() - two;
    long further = length - two;
    return perClass > 0 && further >= 0 && further % perClass == 0 && further / perClass < MOST
        ? OptionalInt.of(2 + (int) (further / perClass))
        : OptionalInt.empty();
  }

  private static String misfits(
      NetworkSettings network, OptionalInt ofGenerator, OptionalInt ofDiscriminator) {
    String generator = generatorSettings(network);
    String discriminator = discriminatorSettings(network);
    if (ofGenerator.isPresent() && ofDiscriminator.isPresent()) {
      return "with %s its generator is one of %d classes, with %s its discriminator one of %d"
          .formatted(generator, ofGenerator.getAsInt(), discriminator, ofDiscriminator.getAsInt());
    }
    List<String> misfits = new ArrayList<>();
    if (ofGenerator.isEmpty()) {
      misfits.add(generator + " do not fit its generator");
    }
    if (ofDiscriminator.isEmpty()) {
      misfits.add(discriminator + " does not fit its discriminator");
    }
    return String.join(", ", misfits);
  }

  private static String generatorSettings(NetworkSettings network) {
    return "network.latent-size = %d and network.generator-channels = %d"
        .formatted(network.latentSize(), network.generatorChannels());
  }

  private static String discriminatorSettings(NetworkSettings network) {
    return "network.discriminator-channels = %d".formatted(network.discriminatorChannels());
  }
}
