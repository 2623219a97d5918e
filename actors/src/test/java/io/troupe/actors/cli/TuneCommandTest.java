package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trials of the demo with few channels. */
@Tag("process")
class TuneCommandTest {
  @TempDir private Path folder;

  @Test
  void writesSettingsThatLoadWithWhatWasMeasured() throws Exception {
    Path file = folder.resolve("tuned.conf");

    Cli cli =
        Cli.run(
            "tune",
            "demo",
            "--hours",
            "0.001",
            "--dir",
            folder.resolve("trials"),
            "--out",
            file,
            "--set",
            "training.steps=5",
            "--set",
            "training.batch=4",
            "--set",
            "network.generator-channels=4",
            "--set",
            "network.discriminator-channels=4",
            "--set",
            "evaluation.metrics=fid,prdc");

    assertThat(cli.err()).contains("trials of speed", "workers-1: ", "batch-2: ", "width-half: ");
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.out()).contains("tried", "images/s", "no time for scores");
    String written = Files.readString(file);
    assertThat(written).startsWith("# demo, tuned in 0.001 hours.").contains("# workers");
    // What was measured is what the file has.
    RunSettings tuned = SettingsLoader.load("demo", List.of(file), List.of());
    assertThat(tuned.training().batch()).isEqualTo(4);
    assertThat(tuned.training().steps()).isEqualTo(5);
    assertThat(tuned.network().generatorChannels()).isEqualTo(4);
    assertThat(tuned.evaluation().metrics()).isEqualTo("fid,prdc");
    assertThat(folder.resolve("trials/preset/events.jsonl")).exists();
  }

  @Test
  void refusesHoursThatAreNone() {
    Cli cli = Cli.run("tune", "demo", "--hours", "0");

    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains("--hours is 0.0; allowed: above 0");
  }
}
