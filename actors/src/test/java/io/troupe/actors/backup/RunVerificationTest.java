package io.troupe.actors.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.checkpoint.SmallRuns;
import io.troupe.actors.checkpoint.SmallStates;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsLoader;
import io.troupe.models.training.TrainingState;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RunVerificationTest {
  @RegisterExtension private static final SmallRuns RUNS = new SmallRuns();

  @TempDir private Path folder;

  private RunDirectory run;
  private Path checkpoint;
  private Path picture;

  @BeforeEach
  void makeRun() throws Exception {
    run = RUNS.make(folder.resolve("run"));
    CheckpointStore.Saved saved = RUNS.save(run, 12);
    checkpoint = saved.file();
    Files.writeString(
        run.events(),
        "{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"started\"}\n"
            + "{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"checkpoint\",\"file\":\"%s\",\"sha256\":\"%s\"}%n"
                .formatted(saved.file(), saved.sha256()));
    picture = Files.createDirectories(run.samples()).resolve("step-000000012.png");
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
  }

  @Test
  void aSoundRunHasNoProblems() throws Exception {
    List<RunVerification.Part> parts = RunVerification.of(run);

    assertThat(parts).extracting(RunVerification.Part::checked).containsExactly(1L, 2L, 1L, 1L, 0L);
    assertThat(parts).allMatch(part -> part.problems().isEmpty());
  }

  @Test
  void aDamagedCheckpointIsNamed() throws Exception {
    flip(checkpoint, 3000);
    assertProblems("checkpoints", checkpoint.toString(), "no checkpoint from which");
  }

  @Test
  void aCheckpointOfAnotherStateIsFound() throws Exception {
    SmallStates.fill(RUNS.state(), 13);
    RUNS.state().setProgress(new TrainingState.Progress(12, 36, 1, 2));
    RUNS.saveAsItIs(run);
    assertProblems("checkpoints", "not the one of the journal");
  }

  @Test
  void aCheckpointOfOtherNetworksIsFound() throws Exception {
    Files.writeString(
        run.config(), SettingsLoader.render(SmallStates.settings(2 * SmallRuns.CHANNELS)));
    assertProblems("checkpoints", "do not fit");
  }

  @Test
  void settingsThatCannotBeReadAreSaid() throws Exception {
    Files.writeString(run.config(), "seed = {");
    assertProblems("settings", "config.conf");
  }

  @Test
  void badLinesOfTheJournalAreNamed() throws Exception {
    Files.writeString(run.events(), Files.readString(run.events()) + "[1]\n{\"time\":\"x\",\"eve");
    assertProblems("journal", "line 3: it is no event", "line 4: it is no JSON");
  }

  @Test
  void aPathThatIsNoneInTheJournalIsNoError() throws Exception {
    for (String path : List.of("/", "", "a\\u0000b", "..")) {
      Files.writeString(
          run.events(),
          "{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"checkpoint\",\"file\":\"%s\",\"sha256\":\"0\"}%n"
              .formatted(path));
      assertThat(RunVerification.of(run)).allMatch(part -> part.problems().isEmpty());
    }
  }

  @Test
  void bytesThatAreNoTextAreSaid() throws Exception {
    Files.write(run.events(), new byte[] {'{', (byte) 0xff, '}', '\n'});
    assertProblems("journal", "no UTF-8");
  }

  @Test
  void everyFlippedByteOfAPictureIsFound() throws Exception {
    byte[] whole = Files.readAllBytes(picture);
    for (int i = 0; i < whole.length; i++) {
      flip(picture, i);
      assertThat(PngChunks.problem(picture)).as("byte %d", i).isPresent();
      Files.write(picture, whole);
    }
    for (int length = 0; length < whole.length; length++) {
      Files.write(picture, Arrays.copyOf(whole, length));
      assertThat(PngChunks.problem(picture)).as("%d bytes", length).isPresent();
    }
    assertProblems("pictures", picture.toString(), "cut off");
  }

  @Test
  void whatACrashLeftIsNamed() throws Exception {
    Path left = Files.writeString(run.checkpoints().resolve("step-000000016.ckpt.tmp"), "x");
    assertProblems("unfinished", left.toString());
  }

  private void assertProblems(String name, String... words) throws IOException {
    for (RunVerification.Part part : RunVerification.of(run)) {
      if (part.name().equals(name)) {
        assertThat(String.join("\n", part.problems())).contains(words);
      } else {
        assertThat(part.problems()).as(part.name()).isEmpty();
      }
    }
  }

  private static void flip(Path file, int position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[position] ^= 1;
    Files.write(file, bytes);
  }
}
