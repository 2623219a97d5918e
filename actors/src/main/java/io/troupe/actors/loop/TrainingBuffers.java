package io.troupe.actors.loop;

import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.memory.Pool;
import io.troupe.config.RunSettings;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.util.List;
import java.util.function.Supplier;

/**
 * The pools of a training loop; they bound how far its actors can run apart.
 *
 * @param batches from the prefetcher to the trainer
 * @param updates from the trainer to the EMA keeper
 * @param snapshots from the EMA keeper to the evaluator and the sampler
 * @param states from the trainer through the EMA keeper to the checkpointer
 */
record TrainingBuffers(
    Pool<BatchBuffer> batches,
    Pool<FloatVector> updates,
    Pool<FloatVector> snapshots,
    Pool<TrainingState> states)
    implements AutoCloseable {
  private static final int UPDATES = 2;
  // One for each of evaluator and sampler to have queued, and one in transit.
  private static final int SNAPSHOTS = 3;

  static TrainingBuffers allocate(RunSettings settings, GanTraining training) {
    int images = settings.training().imagesPerStep();
    Supplier<FloatVector> like = training.generator().values().floats()::like;
    return new TrainingBuffers(
        new Pool<>(
            "batch",
            settings.prefetch().batches() + 1,
            () -> new BatchBuffer(images, training.spec())),
        new Pool<>("generator update", UPDATES, like),
        new Pool<>("generator snapshot", SNAPSHOTS, like),
        new Pool<>("training state", 1, () -> new TrainingState(training)));
  }

  /** All of them. */
  List<Pool<?>> all() {
    return List.of(batches, updates, snapshots, states);
  }

  @Override
  public void close() {
    batches.close();
    updates.close();
    snapshots.close();
    states.close();
  }
}
