package io.troupe.actors.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes against those of TensorBoard's own writer (scripts/fixtures/tensorboard_events.py). */
class EventRecordsTest {
  @TempDir private Path folder;

  private static byte[] fixture(String name) throws Exception {
    try (InputStream in = EventRecordsTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static Instant at(double seconds) {
    return Instant.ofEpochMilli(Math.round(1000 * seconds));
  }

  @Test
  void aFileIsToTheByteWhatTensorBoardWrites() throws Exception {
    Path grey = Files.write(folder.resolve("grey.png"), fixture("grey.png"));
    Map<String, Double> losses = new LinkedHashMap<>();
    losses.put("loss/discriminator", 1.75);
    losses.put("loss/generator", -0.1);
    Path events = folder.resolve("events");
    try (EventFile file = EventFile.create(events, at(1700000000))) {
      file.add(EventRecords.fileVersion(at(1700000000.5)));
      file.add(EventRecords.sessionStart(at(1700000001), 121));
      file.add(EventRecords.scalars(at(1700000002.25), 130, losses));
      file.add(EventRecords.image(at(1700000003), 200, "samples", Png.read(grey, 1024)));
      file.add(
          EventRecords.text(at(1700000004), 7, "settings", "| a | b |\n|---|---|\n| `ä` | → |"));
    }
    try (Stream<Path> files = Files.list(events)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(Files.readAllBytes(all.get(0))).isEqualTo(fixture("events.tfevents"));
    }
  }

  @Test
  void bigPicturesAreMadeSmaller() throws Exception {
    Path grey = Files.write(folder.resolve("grey.png"), fixture("grey.png"));
    Png small = Png.read(grey, 4);
    assertThat(List.of(small.width(), small.height())).containsExactly(4, 2);
    Path again = Files.write(folder.resolve("small.png"), small.bytes());
    assertThat(Png.read(again, 4)).extracting(Png::width, Png::height).containsExactly(4, 2);
  }
}
