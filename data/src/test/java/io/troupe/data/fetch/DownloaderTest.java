package io.troupe.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("protocol")
class DownloaderTest extends DownloadFixture {
  @Test
  void downloadsAFileAndReportsProgress() throws Exception {
    List<Long> progress = new ArrayList<>();
    List<OptionalLong> totals = new ArrayList<>();

    Path path =
        downloader()
            .fetch(
                file(CONTENT),
                folder.resolve("new/cache"),
                (bytes, total) -> {
                  progress.add(bytes);
                  totals.add(total);
                });

    assertThat(path).isEqualTo(folder.resolve("new/cache/data.bin")).hasBinaryContent(CONTENT);
    assertThat(path.getParent()).isDirectoryNotContaining("glob:**.part");
    assertThat(progress).isSorted().startsWith(0L).endsWith((long) CONTENT.length);
    assertThat(totals).containsOnly(OptionalLong.of(CONTENT.length));
    assertThat(requests).containsExactly("/data.bin null");
  }

  @Test
  void aFileThatIsThereIsNotDownloadedAgain() throws Exception {
    Path path = Files.write(folder.resolve("data.bin"), CONTENT);

    assertThat(fetch(file(CONTENT))).isEqualTo(path);

    assertThat(requests).isEmpty();
  }

  @Test
  void withoutAChecksumTheLengthDecides() throws Exception {
    RemoteFile file =
        new RemoteFile(
            "data", "Data", uri(), "data.bin", 1 << 20, RemoteFile.LENGTH, "" + CONTENT.length);
    Path path = Files.write(folder.resolve("data.bin"), new byte[10]);

    assertThat(fetch(file)).isEqualTo(path).hasBinaryContent(CONTENT);
    fetch(file);
    assertThat(requests).hasSize(1);

    RemoteFile longer =
        new RemoteFile(
            "data", "Data", uri(), "data.bin", 1 << 20, RemoteFile.LENGTH, "" + (1 << 20));
    assertThatThrownBy(() -> fetch(longer))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining(
            "the length in bytes of what arrived is 300000, expected 1048576; it was deleted");
  }

  @Test
  void aDamagedFileIsReplaced() throws Exception {
    Path path = Files.write(folder.resolve("data.bin"), new byte[10]);

    fetch(file(CONTENT));

    assertThat(path).hasBinaryContent(CONTENT);
  }

  @Test
  void goesOnWhereADownloadBrokeOff() throws Exception {
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT, 0, 200_000);
          exchange.getResponseBody().flush();
          // Closes the connection, as the body is not complete.
          exchange.close();
        };
    assertThatThrownBy(() -> fetch(file(CONTENT)))
        .isInstanceOf(FetchException.class)
        .hasMessageContainingAll(
            uri().toString(), "broke off at", "of 300000", "Run 'troupe fetch data' again");
    assertThat(folder.resolve("data.bin")).doesNotExist();
    long kept = Files.size(folder.resolve("data.bin.part"));
    assertThat(kept).isBetween(1L, 200_000L);

    handler = this::serve;
    assertThat(fetch(file(CONTENT))).hasBinaryContent(CONTENT);

    assertThat(requests).containsExactly("/data.bin null", "/data.bin bytes=" + kept + "-");
    assertThat(folder.resolve("data.bin.part")).doesNotExist();
  }

  @Test
  void startsAgainWhereTheServerKnowsNoRanges() throws Exception {
    Files.write(folder.resolve("data.bin.part"), Arrays.copyOf(CONTENT, 1000));
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT);
          exchange.close();
        };

    assertThat(fetch(file(CONTENT))).hasBinaryContent(CONTENT);
  }

  @Test
  void aWholePartNeedsNoServer() throws Exception {
    Files.write(folder.resolve("data.bin.part"), CONTENT);
    server.stop(0);

    assertThat(fetch(file(CONTENT))).hasBinaryContent(CONTENT);
  }

  @Test
  void aPartThatIsLongerThanTheFileIsThrownAway() throws Exception {
    Files.write(folder.resolve("data.bin.part"), Arrays.copyOf(CONTENT, CONTENT.length + 1));

    assertThat(fetch(file(CONTENT))).hasBinaryContent(CONTENT);

    assertThat(requests).containsExactly("/data.bin bytes=300001-", "/data.bin null");
  }

  @Test
  void aWrongChecksumRemovesTheFile() throws Exception {
    RemoteFile other = file(new byte[] {1, 2, 3});
    assertThatThrownBy(() -> fetch(other))
        .isInstanceOf(FetchException.class)
        .hasMessageContainingAll(
            "the MD5 of what arrived is " + md5(CONTENT),
            "expected 5289df737df57326fcdd22597afb1fac",
            "it was deleted");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileThatIsTooLongIsRefusedBeforeItArrives() {
    assertThatThrownBy(() -> fetch(file(CONTENT, 299_999)))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("at least 300000 bytes, expected at most 299999");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileOfUnknownLengthIsCutAtTheLimit() throws Exception {
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(CONTENT);
          exchange.close();
        };
    assertThat(fetch(file(CONTENT))).hasBinaryContent(CONTENT);
    Files.delete(folder.resolve("data.bin"));

    assertThatThrownBy(() -> fetch(file(CONTENT, 100_000)))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("expected at most 100000");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatCannotBeWrittenIsTold() throws Exception {
    Path blocked = Files.writeString(folder.resolve("file"), "").resolve("cache");
    assertThatThrownBy(() -> downloader().fetch(file(CONTENT), blocked, (bytes, total) -> {}))
        .isInstanceOf(FetchException.class)
        .hasMessageContainingAll(blocked.toString(), "cannot be written");
  }

  @Test
  void twoDownloadsOfOneFileDoNotMix() throws Exception {
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("data.bin.part"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(() -> fetch(file(CONTENT)))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("already being downloaded");
    }
  }
}
