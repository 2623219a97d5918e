package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
            "network.discriminator-channels=4");

    assertThat(cli.err()).contains("trials of speed", "workers-1: ", "batch-2: ", "width-half: ");
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.out()).contains("tried", "images/s", "no time for scores");
    String written = Files.readString(file);
    assertThat(written).startsWith("# demo, tuned in 0.001 hours.").contains("# workers");
    assertThat(SettingsLoader.load("demo", List.of(file), List.of()).preset()).isEqualTo("demo");
    assertThat(folder.resolve("trials/preset/events.jsonl")).exists();
  }

  @Test
  void refusesHoursThatAreNone() {
    Cli cli = Cli.run("tune", "demo", "--hours", "0");

    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains("--hours is 0.0; allowed: above 0");
  }
}
