package io.troupe.actors.checkpoint;

import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsLoader;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Folders of runs with checkpoints of small networks that nothing has trained. */
public final class SmallRuns implements BeforeAllCallback, AfterAllCallback {
  /** Of both networks. */
  public static final int CHANNELS = 4;

  private TrainingState state;

  @Override
  public void beforeAll(ExtensionContext context) {
    state = SmallStates.empty(CHANNELS);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    state.close();
  }

  /** What was saved last. */
  public TrainingState state() {
    return state;
  }

  /** Makes a folder with settings. */
  public RunDirectory make(Path root) throws IOException {
    RunDirectory run = new RunDirectory(Files.createDirectory(root));
    Files.writeString(run.config(), SettingsLoader.render(SmallStates.settings(CHANNELS)));
    return run;
  }

  /** Saves a checkpoint whose values depend on the step. */
  public CheckpointStore.Saved save(RunDirectory run, long step)
      throws IOException, CheckpointException {
    SmallStates.fill(state, step);
    return saveAsItIs(run);
  }

  /** Saves {@link #state} with the values that it has. */
  public CheckpointStore.Saved saveAsItIs(RunDirectory run)
      throws IOException, CheckpointException {
    return new CheckpointStore(run.checkpoints(), "demo", 112).save(state);
  }
}
