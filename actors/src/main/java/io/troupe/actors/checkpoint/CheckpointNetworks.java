package io.troupe.actors.checkpoint;

import io.troupe.config.RunSettings;
import io.troupe.models.training.NetworkLayouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Which tensors a checkpoint's vectors hold, from the settings of its run.
 *
 * @param classes number of classes that the networks were made for
 */
public record CheckpointNetworks(int classes, NetworkLayouts layouts) {
  /**
   * Finds the layouts that fit a checkpoint. The number of classes follows from the lengths of its
   * vectors, so the dataset need not be there.
   *
   * @throws CheckpointException if the settings give networks of other sizes
   */
  public static CheckpointNetworks of(StoredCheckpoint checkpoint, RunSettings settings)
      throws CheckpointException {
    RunSettings.Network network = settings.network();
    // Only tables with a row per class depend on their number, so lengths grow linearly with it.
    NetworkLayouts one = NetworkLayouts.of(network, 1);
    NetworkLayouts two = NetworkLayouts.of(network, 2);
    OptionalInt ofGenerator = classes(checkpoint, StoredNetwork.GENERATOR, one, two);
    OptionalInt ofDiscriminator = classes(checkpoint, StoredNetwork.DISCRIMINATOR, one, two);
    if (ofGenerator.isPresent() && ofGenerator.equals(ofDiscriminator)) {
      int classes = ofGenerator.getAsInt();
      return new CheckpointNetworks(classes, NetworkLayouts.of(network, classes));
    }
    throw CheckpointException.unfit(
        checkpoint.file(),
        ("these settings, of the preset %s, are not those of its run: %s; give those with --config"
                + " FILE or --preset NAME")
            .formatted(settings.preset(), misfits(network, ofGenerator, ofDiscriminator)));
  }

  private static OptionalInt classes(
      StoredCheckpoint checkpoint, StoredNetwork network, NetworkLayouts one, NetworkLayouts two)
      throws CheckpointException {
    Map<String, Long> lengths = checkpoint.lengths();
    Long length = lengths.get(network.vector());
    if (length == null) {
      throw CheckpointException.unfit(
          checkpoint.file(),
          "it holds no vector %s, but %s".formatted(network.vector(), lengths.keySet()));
    }
    long first = network.layout(one).length();
    long perClass = network.layout(two).length() - first;
    long further = length - first;
    if (perClass == 0) {
      // Networks without classes.
      return further == 0 ? OptionalInt.of(1) : OptionalInt.empty();
    }
    return further >= 0 && further % perClass == 0 && further / perClass < Integer.MAX_VALUE
        ? OptionalInt.of(1 + (int) (further / perClass))
        : OptionalInt.empty();
  }

  private static String misfits(
      RunSettings.Network network, OptionalInt ofGenerator, OptionalInt ofDiscriminator) {
    String generator =
        "network.latent-size = %d and network.generator-channels = %d"
            .formatted(network.latentSize(), network.generatorChannels());
    String discriminator =
        "network.discriminator-channels = %d".formatted(network.discriminatorChannels());
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
}
