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
  /** More classes than any dataset has. */
  private static final long MOST = 1 << 30;

  /**
   * Finds the layouts that fit a checkpoint. The number of classes follows from the lengths of its
   * vectors, so the dataset need not be there.
   *
   * @throws CheckpointException if the settings give networks of other sizes
   */
  public static CheckpointNetworks of(StoredCheckpoint checkpoint, RunSettings settings)
      throws CheckpointException {
    RunSettings.Network network = settings.network();
    OptionalInt ofGenerator = classes(checkpoint, StoredNetwork.GENERATOR, network);
    OptionalInt ofDiscriminator = classes(checkpoint, StoredNetwork.DISCRIMINATOR, network);
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
      StoredCheckpoint checkpoint, StoredNetwork network, RunSettings.Network settings)
      throws CheckpointException {
    Map<String, Long> lengths = checkpoint.lengths();
    Long length = lengths.get(network.vector());
    if (length == null) {
      throw CheckpointException.unfit(
          checkpoint.file(),
          "it holds no vector %s, but %s".formatted(network.vector(), lengths.keySet()));
    }
    if (length == network.layout(NetworkLayouts.of(settings, 1)).length()) {
      return OptionalInt.of(1);
    }
    // Only tables with a row per class depend on their number, so lengths grow linearly with it,
    // from two classes on: with one there may be no tables.
    long two = network.layout(NetworkLayouts.of(settings, 2)).length();
    long perClass = network.layout(NetworkLayouts.of(settings, 3)).length() - two;
    long further = length - two;
    return perClass > 0 && further >= 0 && further % perClass == 0 && further / perClass < MOST
        ? OptionalInt.of(2 + (int) (further / perClass))
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
