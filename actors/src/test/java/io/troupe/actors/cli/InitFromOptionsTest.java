package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.checkpoint.SmallStates;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.Assignment;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.training.TrainingState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --init-from} makes of the command line. */
class InitFromOptionsTest {
  @TempDir private Path folder;
  private Path checkpoint;
  private String sha256;

  @BeforeEach
  void makeRun() throws Exception {
    RunFixture run =
        RunFixture.of(
            folder.resolve("first"),
            "network.generator-channels=4",
            "network.discriminator-channels=4",
            "network.latent-size=8",
            "control.port=8087",
            "training.batch=2");
    try (TrainingState state = SmallStates.empty(4)) {
      SmallStates.fill(state, 7);
      CheckpointStore.Saved saved =
          new CheckpointStore(run.directory.checkpoints(), "demo", 0).save(state);
      checkpoint = saved.file();
      sha256 = saved.sha256();
    }
  }

  @Test
  void aRunMeansItsNewestCheckpointAndItsSettings() throws Exception {
    InitialCheckpoint found =
        InitialCheckpoint.find(folder.resolve("first"), Main.commandLine().getCommandSpec());
    assertThat(found).isEqualTo(new InitialCheckpoint(checkpoint, sha256, "demo"));
    RunSettings settings = found.settings(new SettingsOptions(), List.of(Assignment.set("seed=3")));
    assertThat(settings.network().generatorChannels()).isEqualTo(4);
    assertThat(settings.seed()).isEqualTo(3);
    assertThat(settings.control().port()).isEqualTo(RunSettings.Control.ANY_PORT);
  }

  @Test
  void aFileOutsideOfARunHasTheSettingsOfItsPreset() throws Exception {
    Path alone = Files.copy(checkpoint, folder.resolve("alone.ckpt"));
    assertThat(
            InitialCheckpoint.find(alone, Main.commandLine().getCommandSpec())
                .settings(new SettingsOptions(), List.of()))
        .isEqualTo(SettingsLoader.load("demo", List.of(), List.of()));
  }

  @Test
  void whatCannotBeIsSaidBeforeAnythingIsMade() throws Exception {
    String from = "--init-from=" + checkpoint;
    String begun = "--run-dir=" + folder.resolve("first");
    String fresh = "--run-dir=" + folder.resolve("second");
    refused("has checkpoints already", "train", from, begun);
    refused("has checkpoints already", "start", from, begun);
    refused("name its folder", "train", from);
    refused("--init-adam is for", "train", "--init-adam", fresh);
    refused("there is no checkpoint or run directory", "train", "--init-from=no.ckpt", fresh);
    refused("nor a run of that name", "train", "--init-from=nobody", fresh);
    refused(
        "not a Troupe checkpoint",
        "train",
        "--init-from=" + new RunDirectory(folder.resolve("first")).config(),
        fresh);
    assertThat(folder.resolve("second")).doesNotExist();
  }

  private static void refused(String message, String... arguments) {
    Cli cli = Cli.run(arguments);
    assertThat(cli.code()).isNotZero();
    assertThat(cli.err()).contains(message);
  }
}
