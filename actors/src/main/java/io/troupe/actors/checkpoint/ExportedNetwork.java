package io.troupe.actors.checkpoint;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A network of a checkpoint, to be exported.
 *
 * @param spec of the images that it is made for
 * @param layout its tensors, in the checkpoint's vector
 * @param settings of the checkpoint's run
 */
public record ExportedNetwork(
    StoredCheckpoint checkpoint,
    StoredNetwork network,
    ImageSpec spec,
    ParameterLayout layout,
    RunSettings settings) {
  /**
   * A network of a checkpoint.
   *
   * @throws CheckpointException if the settings give networks of other sizes
   */
  public static ExportedNetwork of(
      StoredCheckpoint checkpoint, StoredNetwork network, RunSettings settings)
      throws CheckpointException {
    CheckpointNetworks networks = CheckpointNetworks.of(checkpoint, settings);
    return new ExportedNetwork(
        checkpoint, network, networks.spec(), network.layout(networks.layouts()), settings);
  }

  /** What it is from, as texts; the caller may add to it. */
  Map<String, String> metadata() {
    boolean discriminator = network == StoredNetwork.DISCRIMINATOR;
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("step", Long.toString(checkpoint.progress().step()));
    metadata.put("preset", checkpoint.preset());
    metadata.put("seed", Long.toString(checkpoint.seed()));
    metadata.put("network", discriminator ? "discriminator" : "generator");
    metadata.put("average", Boolean.toString(network == StoredNetwork.GENERATOR_AVERAGE));
    return metadata;
  }
}
