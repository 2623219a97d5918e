package io.troupe.actors.tensorboard;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.TinyRun;
import io.troupe.actors.listening.Hearing;
import io.troupe.actors.run.RunDirectory;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EventFilesTest {
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1700000000), ZoneOffset.UTC);

  @TempDir private Path root;
  private Path folder;
  private final List<TensorBoard> boards = new ArrayList<>();
  private Hearing writer;

  @BeforeEach
  void create() {
    folder = root.resolve("tensorboard");
    writer = writer();
  }

  private Hearing writer() {
    boards.add(new TensorBoard(CLOCK));
    return new Hearing(
        boards.get(boards.size() - 1),
        new RunDirectory(root),
        TinyRun.settings("seed=7", "evaluation.metrics=\"fid,is\""));
  }

  @AfterEach
  void close() throws Exception {
    for (TensorBoard board : boards) {
      board.close();
    }
  }

  private void journal(String event, long step, String details) throws IOException {
    Files.writeString(
        root.resolve("events.jsonl"),
        "{\"time\":\"2026-01-02T03:04:05Z\",\"event\":\"%s\",\"step\":%d%s}\n"
            .formatted(event, step, details.isEmpty() ? "" : "," + details),
        CREATE,
        APPEND);
  }

  private void step(long step, double loss) throws IOException {
    journal(
        "step",
        step,
        "\"discriminator_loss\":%s,\"real_logit\":\"NaN\",\"note\":3".formatted(loss));
  }

  private List<EventReader.Value> known(String tag) throws IOException {
    return EventReader.known(folder).stream().filter(value -> value.tag().equals(tag)).toList();
  }

  private List<String> points(String tag) throws IOException {
    return known(tag).stream().map(value -> value.step() + ":" + (float) value.number()).toList();
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeInPlaceOfTheJournalIsNotWaitedFor() throws Exception {
    String pipe = root.resolve("events.jsonl").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();

    assertThatThrownBy(writer::hear).hasMessageContaining("not a regular file");
  }

  @Test
  void curvesScoresGridsAndSettingsAreThere() throws Exception {
    Files.createDirectories(root.resolve("samples"));
    BufferedImage grid = new BufferedImage(2000, 500, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(grid, "png", root.resolve("samples/step-000000010.png").toFile());
    journal("started", 0, "\"preset\":\"demo\"");
    step(10, 0.5);
    journal("evaluation-finished", 12, "\"of_step\":10,\"scores\":{\"fid\":99.5,\"is\":\"NaN\"}");
    journal("grid", 12, "\"of_step\":10,\"file\":\"elsewhere/samples/step-000000010.png\"");
    journal("grid", 12, "\"of_step\":11,\"file\":\"elsewhere/samples/gone.png\"");
    journal(
        "settings", 12, "\"key\":\"ema.decay\",\"from\":\"0.9\",\"to\":\"0.99\",\"from_step\":13");
    writer.hear();
    journal("step", 20, "\"discriminator_loss\":0.25,\"r2_penalty\":2.5,\"path_penalty\":3.5");
    Files.writeString(root.resolve("events.jsonl"), "{\"event\":\"st", APPEND);
    writer.hear();
    assertThat(EventReader.known(folder))
        .extracting(EventReader.Value::tag)
        .containsExactlyInAnyOrder(
            "settings",
            "loss/discriminator",
            "loss/discriminator",
            "penalty/r2",
            "penalty/path_length",
            "score/fid",
            "samples",
            "settings_changes");
    assertThat(points("loss/discriminator")).containsExactly("10:0.5", "20:0.25");
    assertThat(points("score/fid")).containsExactly("10:99.5");
    assertThat(known("settings").get(0).text().lines())
        .startsWith("| setting | value |", "|---|---|")
        .contains("| seed | 7 |", "| evaluation.metrics | \"fid,is\" |");
    assertThat(RunEvents.table("# comment\nseed = 7\nevaluation.metrics = \"fid|is\"\n"))
        .isEqualTo(
            """
            | setting | value |
            |---|---|
            | seed | 7 |
            | evaluation.metrics | "fid\\|is" |
            """);
    assertThat(known("settings_changes").get(0).text()).isEqualTo("`ema.decay`: 0.9 → 0.99");
    assertThat(known("settings_changes").get(0).step()).isEqualTo(13);
    EventReader.Value picture = known("samples").get(0);
    assertThat(picture.step()).isEqualTo(10);
    assertThat(picture.image())
        .extracting(image -> image.getWidth(), image -> image.getHeight())
        .containsExactly(1024, 256);
    assertThat(ImageIO.read(picture.image().getEncodedImageString().newInput()))
        .extracting(BufferedImage::getWidth, BufferedImage::getHeight)
        .containsExactly(1024, 256);
  }

  @Test
  void whatWasTakenBackIsForgotten() throws Exception {
    step(10, 1);
    step(20, 2);
    journal("settings", 25, "\"key\":\"a.b\",\"from\":\"1\",\"to\":\"2\"");
    step(30, 3);
    writer.hear();
    journal("rollback", 31, "\"to_step\":20");
    // An evaluation that was going on, and one that had begun before.
    journal("evaluation-finished", 20, "\"of_step\":30,\"scores\":{\"fid\":1}");
    journal("evaluation-finished", 20, "\"of_step\":10,\"scores\":{\"fid\":2}");
    step(30, 4);
    writer.hear();
    assertThat(points("loss/discriminator")).containsExactly("10:1.0", "20:2.0", "30:4.0");
    assertThat(points("score/fid")).containsExactly("10:2.0");
    assertThat(known("settings_changes")).extracting(EventReader.Value::step).containsExactly(25L);
    journal("evaluation-finished", 31, "\"of_step\":30,\"scores\":{\"fid\":3}");
    // A new daemon goes on from step 10.
    boards.get(0).close();
    writer = writer();
    journal("resumed", 10, "");
    step(20, 5);
    writer.hear();
    assertThat(points("loss/discriminator")).containsExactly("10:1.0", "20:5.0");
    assertThat(points("score/fid")).containsExactly("10:2.0");
  }

  @Test
  void eachStartMakesAFileOfAllThatComesAfterTheOthersAndReplacesThem() throws Exception {
    step(10, 1);
    writer.hear();
    Path first = EventReader.files(folder).get(0);
    step(20, 2);
    // Killed before it wrote step 20.
    writer = writer();
    writer.hear();
    List<Path> two = EventReader.files(folder);
    // A TensorBoard that is open has the first one in hand.
    assertThat(two).hasSize(2).startsWith(first);
    assertThat(points("loss/discriminator")).containsExactly("10:1.0", "20:2.0");
    step(30, 3);
    writer = writer();
    writer.hear();
    assertThat(EventReader.files(folder)).hasSize(2).startsWith(two.get(1));
    assertThat(points("loss/discriminator")).containsExactly("10:1.0", "20:2.0", "30:3.0");
  }

  @Test
  void aFailureLosesNothing() throws Exception {
    step(10, 1);
    Files.writeString(folder, "a file in the folder's place");
    assertThatThrownBy(writer::hear).isInstanceOf(IOException.class);
    assertThatThrownBy(writer::hear).isInstanceOf(IOException.class);
    Files.delete(folder);
    writer.hear();
    assertThat(points("loss/discriminator")).containsExactly("10:1.0");
    step(20, 2);
    Files.delete(EventReader.files(folder).get(0));
    writer.hear();
    assertThat(points("loss/discriminator")).containsExactly("10:1.0", "20:2.0");
    Files.delete(root.resolve("events.jsonl"));
    writer.hear();
    step(30, 3);
    writer.hear();
    assertThat(points("loss/discriminator")).containsExactly("30:3.0");
  }

  @Test
  void aLineThatIsTooLongIsPassedOver() throws Exception {
    step(10, 1);
    journal("degraded", 10, "\"cause\":\"%s\"".formatted("x".repeat(1_200_000)));
    step(20, 2);
    writer.hear();
    assertThat(points("loss/discriminator")).containsExactly("10:1.0", "20:2.0");
  }
}
