package io.troupe.data;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Image files that are damaged or gone, and folders that are away. */
class MissingImagesTest extends ImageFolders {
  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 20})
  void theNextOfTheClassStandsInForOneThatIsDamaged(long cacheBytes) throws IOException {
    image("a/0.png", 10);
    damaged("a/1.jpg");
    damaged("a/2.png");
    image("a/3.png", 13);
    image("b/0.png", 20);
    damaged("b/1.png");
    ImageFiles dataset = open(cacheBytes);

    // In two orders and twice, as epochs do.
    assertThat(gray(dataset, 5)).isEqualTo(20);
    assertThat(gray(dataset, 2)).isEqualTo(13);
    assertThat(grays(dataset)).containsExactly(10, 13, 13, 13, 20, 20);

    assertThat(dataset.size()).isEqualTo(6);
    assertThat(dataset.label(5)).isEqualTo(1);
    assertThat(warnings)
        .hasSize(3)
        .satisfiesOnlyOnce(text -> assertThat(text).contains(path("a/1.jpg"), "stands in"))
        .satisfiesOnlyOnce(text -> assertThat(text).contains(path("a/2.png"), "stands in"))
        .satisfiesOnlyOnce(text -> assertThat(text).contains(path("b/1.png"), "stands in"));
    assertThat(warnings.get(2)).contains("(3 so far)");
  }

  @Test
  void aClassWithoutAnyImageThatCanBeDecodedIsAnError() throws IOException {
    image("a/0.png", 1);
    damaged("b/0.png");
    damaged("b/1.png");
    ImageFiles dataset = open(0);

    assertThatThrownBy(() -> dataset.read(2, new byte[IMAGE_BYTES]))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(path("b"), "none of its 2 pictures can be used");
  }

  @Test
  void aFileThatIsGoneIsLookedForAndThenReplaced() throws IOException {
    image("a/0.png", 1);
    image("a/1.png", 2);
    ImageFiles dataset = open(0);
    Files.delete(folder.resolve("a/0.png"));

    assertThatThrownBy(() -> dataset.read(0, new byte[IMAGE_BYTES]))
        .isInstanceOf(DatasetAwayException.class)
        .hasMessageContainingAll(path("a/0.png"), "cannot be read", "there is no");
    clock.addAndGet(SECONDS.toNanos(1));
    assertThatThrownBy(() -> dataset.read(0, new byte[IMAGE_BYTES]))
        .isInstanceOf(DatasetAwayException.class);
    assertThat(warnings).isEmpty();
    clock.addAndGet(SECONDS.toNanos(1));
    assertThat(gray(dataset, 0)).isEqualTo(2);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains(path("a/0.png"), "there is no", "stands in (1 so far)");

    // What once stands in does so to the end.
    image("a/0.png", 3);
    assertThat(gray(dataset, 0)).isEqualTo(2);
  }

  @Test
  void aFileThatIsBackInTimeIsRead() throws IOException {
    image("0.png", 1);
    image("1.png", 2);
    ImageFiles dataset = open(0);
    for (int round = 0; round < 5; round++) {
      Files.delete(folder.resolve("0.png"));
      assertThatThrownBy(() -> dataset.read(0, new byte[IMAGE_BYTES]))
          .isInstanceOf(DatasetAwayException.class);
      clock.addAndGet(SECONDS.toNanos(1));
      image("0.png", 1);
      assertThat(gray(dataset, 0)).isEqualTo(1);
    }
    assertThat(warnings).isEmpty();
  }

  /** A folder that is away, or is a mount's empty place. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFolderThatIsAwayIsWaitedForAndNothingIsReplaced(boolean empty) throws IOException {
    for (int i = 0; i < 20; i++) {
      image("data/a/%d.png".formatted(10 + i), i);
    }
    Path root = folder.resolve("data");
    ImageFiles dataset = open(root, reading(0, false));
    Files.move(root, folder.resolve("elsewhere"));
    if (empty) {
      Files.createDirectories(root.resolve("a"));
    }
    for (int second = 0; second < PATIENCE; second += 30) {
      for (int index = 0; index < 20; index++) {
        int wanted = index;
        assertThatThrownBy(() -> dataset.read(wanted, new byte[IMAGE_BYTES]))
            .isInstanceOf(DatasetAwayException.class)
            .hasMessageContaining(root.resolve("a/%d.png".formatted(10 + index)).toString());
      }
      clock.addAndGet(SECONDS.toNanos(30));
    }
    assertThat(warnings).singleElement().asString().contains("Waiting up to 600 s");
    if (empty) {
      Files.delete(root.resolve("a"));
      Files.delete(root);
    }
    Files.move(folder.resolve("elsewhere"), root);

    assertThat(grays(dataset)).containsExactly(IntStream.range(0, 20).toArray());
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(1)).contains("there again after 600 s");
  }

  @Test
  void aFolderThatStaysAwayIsAnErrorThatNamesIt() throws IOException {
    image("data/a.png", 1);
    image("data/b.png", 1);
    Path root = folder.resolve("data");
    ImageFiles dataset = open(root, reading(0, false));
    Files.move(root, folder.resolve("elsewhere"));
    assertThatThrownBy(() -> dataset.read(1, new byte[IMAGE_BYTES]))
        .isInstanceOf(DatasetAwayException.class);
    clock.addAndGet(SECONDS.toNanos(PATIENCE));
    assertThatThrownBy(() -> dataset.read(1, new byte[IMAGE_BYTES]))
        .isInstanceOf(DatasetException.class)
        .isNotInstanceOf(DatasetAwayException.class)
        .hasMessageContainingAll(
            root.resolve("b.png").toString(), "there is no", "for 600 s (dataset.patience)");
  }

  @Test
  void whatIsNoImageFileIsReplacedAtOnce() throws IOException, InterruptedException {
    image("a.png", 7);
    Files.createSymbolicLink(folder.resolve("c.png"), Path.of("/dev/zero"));
    assertThat(new ProcessBuilder("mkfifo", path("d.png")).start().waitFor()).isZero();
    try (RandomAccessFile sparse = new RandomAccessFile(path("e.png"), "rw")) {
      sparse.setLength(3_000_000_000L);
    }
    ImageFiles dataset = open(0);
    assertThat(grays(dataset)).containsExactly(7, 7, 7, 7);
    assertThat(warnings)
        .satisfiesExactly(
            text -> assertThat(text).contains(path("c.png"), "not a regular file"),
            text -> assertThat(text).contains(path("d.png"), "not a regular file"),
            text -> assertThat(text).contains(path("e.png"), "3000000000 bytes are too many"));
  }
}
