package io.troupe.actors.checkpoint;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;

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
}
