package io.troupe.actors.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.run.RunDirectory;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCurvesTest {
  @TempDir Path folder;

  private RunCurves read() throws IOException {
    return RunCurves.read(RunCurves.reader(new RunDirectory(folder)));
  }

  @Test
  void tableAndPlotsAreMadeFromTheJournal() throws Exception {
    Path events = folder.resolve("events.jsonl");
    Files.write(
        events,
        List.of(
            "{\"event\":\"started\",\"step\":0}",
            "{\"event\":\"step\",\"step\":1,\"discriminator_loss\":2.5,\"generator_loss\":-1}",
            "{\"event\":\"step\",\"step\":2,\"discriminator_loss\":2,\"generator_loss\":null}",
            "{\"event\":\"evaluation-finished\",\"step\":3,\"of_step\":2,\"scores\":{\"fid\":9,\"is\":2}}",
            "{\"event\":\"evaluation-finished\",\"step\":4,\"of_step\":1,\"scores\":{\"fid\":8}}",
            // After a rollback a step is evaluated once more: the last one counts.
            "{\"event\":\"evaluation-finished\",\"step\":6,\"of_step\":2,\"scores\":{\"fid\":7,\"is\":3}}"));

    read().write(folder.resolve("metrics"));

    assertThat(folder.resolve("metrics/metrics.csv")).hasContent("step,fid,is\n1,8.0,\n2,7.0,3.0");
    for (String name : List.of("loss", "fid", "is")) {
      BufferedImage image = ImageIO.read(folder.resolve("metrics/%s.png".formatted(name)).toFile());
      assertThat(image.getWidth()).isGreaterThan(400);
    }
    try (var files = Files.list(folder.resolve("metrics"))) {
      assertThat(files).hasSize(4);
    }
  }

  @Test
  void scoresOfAStepOrBeforeAreFoundThoughTheLastLineIsCutShort() throws Exception {
    Path events = folder.resolve("events.jsonl");
    String whole =
        """
        {"event":"evaluation-finished","of_step":20,"scores":{"fid":9}}
        {"event":"evaluation-finished","of_step":40,"scores":{"fid":7}}
        """;
    Files.writeString(events, whole + "{\"event\":\"st");

    RunCurves curves = read();

    assertThat(curves.scoresUpTo(39).lastEntry()).isEqualTo(Map.entry(20L, Map.of("fid", 9.0)));
    assertThat(curves.scoresUpTo(40).lastEntry()).isEqualTo(Map.entry(40L, Map.of("fid", 7.0)));
    assertThat(curves.scoresUpTo(19)).isEmpty();
    assertThat(curves.unreadable()).isZero();
  }

  @Test
  void linesThatCannotBeReadAreLeftOutAndCounted() throws Exception {
    Path events = folder.resolve("events.jsonl");
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(
        "{\"event\":\"evaluation-finished\",\"of_step\":20,\"scores\":{\"fid\":9}}\n"
            .getBytes(UTF_8));
    content.write("{\"event\":\"st\n".getBytes(UTF_8)); // Cut short.
    content.write(new byte[4096]); // What a crash leaves on some file systems.
    content.write("\n\n[1]\n7 {}\nx\n".getBytes(UTF_8));
    content.write(new byte[] {(byte) 0xC3, (byte) 0x28, '\n'}); // No UTF-8.
    content.write(
        "{\"event\":\"evaluation-finished\",\"of_step\":40,\"scores\":{\"fid\":7}}\n"
            .getBytes(UTF_8));
    Files.write(events, content.toByteArray());

    RunCurves curves = read();

    assertThat(curves.scoresUpTo(20).lastEntry()).isEqualTo(Map.entry(20L, Map.of("fid", 9.0)));
    assertThat(curves.scoresUpTo(50).lastEntry()).isEqualTo(Map.entry(40L, Map.of("fid", 7.0)));
    assertThat(curves.unreadable()).isEqualTo(7);
  }

  @Test
  void aPlotThatCannotBeWrittenCostsNoOther() throws Exception {
    Path events = folder.resolve("events.jsonl");
    Files.writeString(
        events,
        """
        {"event":"step","step":1,"discriminator_loss":2.5,"generator_loss":1}
        {"event":"evaluation-finished","of_step":20,"scores":{"fid":9}}
        """);
    Path metrics = folder.resolve("metrics");
    Files.createDirectories(metrics.resolve("loss.png/full"));
    Files.createDirectories(metrics.resolve("metrics.csv/full"));

    assertThatThrownBy(() -> read().write(metrics))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("2 of 3 files in " + metrics + " cannot be written: ")
        .hasMessageContaining("metrics.csv");
    assertThat(metrics.resolve("fid.png")).isNotEmptyFile();
  }

  @Test
  void beforeTheFirstEvaluationThereIsNoTable() throws Exception {
    Path events = folder.resolve("events.jsonl");
    Files.writeString(
        events,
        "{\"event\":\"step\",\"step\":1,\"discriminator_loss\":2.5,\"generator_loss\":1}\n");

    read().write(folder.resolve("metrics"));

    assertThat(folder.resolve("metrics/metrics.csv")).doesNotExist();
    assertThat(folder.resolve("metrics/loss.png")).isNotEmptyFile();
  }

  @Test
  void whatARollbackTookBackIsNotDrawn() throws Exception {
    Path events = folder.resolve("events.jsonl");
    Files.writeString(
        events,
        """
        {"event":"evaluation-finished","step":20,"of_step":20,"scores":{"fid":9}}
        {"event":"evaluation-finished","step":40,"of_step":40,"scores":{"fid":7}}
        {"event":"rollback","step":45,"to_step":30,"reason":"losses were not finite"}
        """);

    read().write(folder.resolve("metrics"));

    assertThat(folder.resolve("metrics/metrics.csv")).hasContent("step,fid\n20,9.0");
    assertThat(read().scoresUpTo(50).lastEntry()).isEqualTo(Map.entry(20L, Map.of("fid", 9.0)));
  }
}
