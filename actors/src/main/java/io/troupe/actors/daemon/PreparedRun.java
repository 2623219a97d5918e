package io.troupe.actors.daemon;

import io.troupe.actors.checkpoint.Resumption;
import io.troupe.actors.checkpoint.TakenValues;
import io.troupe.actors.run.Choice;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.RunLock;
import io.troupe.config.RunSettings;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A run that its company can begin to train: its folder is locked, its data open, and its networks
 * have their values.
 *
 * @param notes what the dataset says of its files, which nobody hears yet
 * @param resumption how the run goes on from its newest checkpoint
 * @param choices what was chosen of what the settings leave to the program
 * @param taken which values of another run's checkpoint it began with, at its first start only
 * @param resources all that is to be closed when the company has ended
 */
record PreparedRun(
    RunContext context,
    RunLock lock,
    DatasetNotes notes,
    Resumption resumption,
    List<Choice> choices,
    Optional<TakenValues> taken,
    Resources resources)
    implements AutoCloseable {

  /**
   * Prepares a run; if that fails nothing stays open.
   *
   * @param progress hears how far opening the data is, if that takes its time; from any thread
   * @throws RunException if it cannot start; the message says why and what to do
   */
  static PreparedRun of(RunSettings settings, Path runDirectory, Consumer<String> progress)
      throws RunException {
    Resources resources = new Resources();
    try {
      return new RunPreparation(settings, runDirectory, resources).prepare(progress);
    } catch (RunException | RuntimeException | Error e) {
      resources.close();
      throw e;
    } catch (IOException e) {
      resources.close();
      throw new RunException(
          "cannot use the run directory %s: %s".formatted(runDirectory, IoReason.of(e)), e);
    }
  }

  @Override
  public void close() {
    resources.close();
  }
}
