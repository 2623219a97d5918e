package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("protocol")
class FetchCommandTest {
  @TempDir private Path folder;

  @AfterEach
  void clearProperties() {
    System.clearProperty("https.proxyHost");
    System.clearProperty("https.proxyPort");
    System.clearProperty("jdk.http.auth.tunneling.disabledSchemes");
  }

  @Test
  void withoutAConnectionItSaysWhereToPutTheFile() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      System.setProperty("https.proxyPort", Integer.toString(socket.getLocalPort()));
    }
    // A proxy that is not there, so that the test does the same with and without a network.
    System.setProperty("https.proxyHost", "127.0.0.1");

    Cli fetch = Cli.run("fetch", "cifar10", "--dir", folder);

    assertThat(fetch.code()).isEqualTo(1);
    assertThat(fetch.out())
        .startsWith("cifar10: CIFAR-10, binary version from https://www.cs.toronto.edu/");
    assertThat(fetch.err())
        .startsWith("troupe: https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz: no answer: ")
        .contains("put it at " + folder.resolve("cifar-10-binary.tar.gz"))
        .doesNotContain("\tat ");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aNetworkThatIsNotInceptionIsNotKept() throws IOException {
    // As long as the file must be, so that nothing is downloaded.
    Path path = folder.resolve("inception-2015-12-05.tgz");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(88_931_400);
    }

    Cli fetch = Cli.run("fetch", "inception", "--quiet", "--dir", folder);

    assertThat(fetch.code()).isEqualTo(1);
    assertThat(fetch.err())
        .startsWith("troupe: " + path + ": expected the Inception network of 2015-12-05")
        .contains("troupe fetch inception");
    assertThat(path).doesNotExist();
  }

  @Test
  void progressIsInMegabytes() {
    assertThat(DownloadView.line(12_345_678, OptionalLong.of(168_513_733)))
        .isEqualTo("12.3 MB of 168.5 MB");
    assertThat(DownloadView.line(50_000, OptionalLong.empty())).isEqualTo("0.1 MB");
  }
}
