package io.troupe.actors.checkpoint;

import io.troupe.config.NetworkSettings;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.training.GeneratorSampler;
import java.io.IOException;

/** Generators with the values of a checkpoint. */
public final class StoredGenerator {
  private StoredGenerator() {}

  /**
   * Makes a generator, which the caller closes.
   *
   * @param networks of the checkpoint
   * @param network a generator's: its average or what is trained
   * @param settings of the checkpoint's run
   */
  public static GeneratorSampler load(
      StoredCheckpoint checkpoint,
      CheckpointNetworks networks,
      StoredNetwork network,
      NetworkSettings settings,
      GeneratorSampler.Use use)
      throws IOException {
    long length = network.layout(networks.layouts()).length();
    try (FloatVector values = FloatVector.zeros(length)) {
      checkpoint.read(network, values.write());
      GeneratorSampler generator =
          new GeneratorSampler(settings, networks.spec(), use, CompiledGraph::compile);
      generator.load(values);
      return generator;
    }
  }
}
