package io.troupe.data.npz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fixtures were written by NumPy; see make_fixtures.py. */
class NpzTest {
  @TempDir Path folder;

  @Test
  void readsStatistics() throws IOException {
    try (NpzReader npz = new NpzReader(Fixtures.path("npz/statistics.npz"))) {
      assertThat(npz.names()).containsExactly("mu", "sigma");
      assertThat(npz.read("mu").doubles()).containsExactly(0.5, -1.25);
      assertThat(npz.read("sigma").header()).isEqualTo(NpyHeader.of(NpyType.FLOAT64, 2, 2));
      assertThat(npz.read("sigma").doubles()).containsExactly(2, 0.125, 0.125, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"npz/stored.npz", "npz/deflated.npz"})
  void readsStoredAndDeflatedArchives(String name) throws IOException {
    try (NpzReader npz = new NpzReader(Fixtures.path(name))) {
      assertThat(npz.read("labels").longs()).containsExactly(2, 0);
      byte[] images = npz.read("images").bytes();
      for (int i = 0; i < 48; i++) {
        assertThat(images[i]).isEqualTo((byte) (7 * i));
      }
    }
  }

  @Test
  void readsIntegersOfEveryWidth() throws IOException {
    try (NpzReader npz = new NpzReader(Fixtures.path("npz/integers.npz"))) {
      assertThat(npz.read("i1").longs()).containsExactly(-2, 100);
      assertThat(npz.read("i2").longs()).containsExactly(-2, 100);
      assertThat(npz.read("u2").longs()).containsExactly(65534, 100);
      assertThat(npz.read("u4").doubles()).containsExactly(4294967294.0, 100);
      assertThatThrownBy(() -> npz.read("i2").floats())
          .isInstanceOf(NpyException.class)
          .hasMessageEndingWith("integers.npz, array i2: an array of INT16, expected FLOAT32");
    }
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    Path path = Fixtures.path("npz/statistics.npz");
    try (NpzReader npz = new NpzReader(path)) {
      assertThatThrownBy(() -> npz.read("sigmas"))
          .isInstanceOf(NpyException.class)
          .hasMessage(path + ": there is no array sigmas; there are: mu, sigma");
    }
    assertThatThrownBy(() -> new NpzReader(folder.resolve("gone.npz")))
        .isInstanceOf(NoSuchFileException.class);
    Path text = Files.writeString(folder.resolve("text.npz"), "text");
    assertThatThrownBy(() -> new NpzReader(text))
        .isInstanceOf(NpyException.class)
        .hasMessageContaining("not an .npz file, which is a zip archive");
  }

  @Test
  void namesWhatIsDamaged() throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path("npz/stored.npz"));
    // Into the first array, whose checksum is then wrong.
    bytes[200] ^= 1;
    Path path = Files.write(folder.resolve("a.npz"), bytes);
    try (NpzReader npz = new NpzReader(path)) {
      assertThatThrownBy(() -> npz.read("images"))
          .isInstanceOf(NpyException.class)
          .hasMessage(path + ", array images: the content is damaged: its checksum is wrong");
    }
  }

  /** A bit of the shape makes 16 bytes of 48: the array then ends before what the archive holds. */
  @ParameterizedTest
  @ValueSource(strings = {"npz/stored.npz", "npz/statistics.npz"})
  void namesHeadersThatLeaveContentUnread(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path(name));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[text.indexOf(')', text.indexOf("'shape': (")) - 1] ^= 2;
    Path path = Files.write(folder.resolve("a.npz"), bytes);
    try (NpzReader npz = new NpzReader(path)) {
      String first = npz.names().get(0);
      assertThatThrownBy(() -> npz.read(first))
          .isInstanceOf(NpyException.class)
          .hasMessageStartingWith(path + ", array " + first + ": ");
    }
  }

  @Test
  void namesAnArrayWithBytesBehindIt() throws IOException {
    Path path = folder.resolve("a.npz");
    try (NpzWriter npz = new NpzWriter(path)) {
      npz.add("mu", NpyHeader.of(NpyType.UINT8, 2), out -> out.write(new byte[5]));
    }
    try (NpzReader npz = new NpzReader(path)) {
      assertThatThrownBy(() -> npz.read("mu"))
          .isInstanceOf(NpyException.class)
          .hasMessageContaining("array mu: its content goes on after the 2 bytes of shape [2]");
    }
  }

  @Test
  void saysHowToMakeAnNpzFileOfASingleArray() {
    Path path = Fixtures.path("npz/int32.npy");
    assertThatThrownBy(() -> new NpzReader(path))
        .isInstanceOf(NpyException.class)
        .hasMessageStartingWith(path + ": a single array (.npy), expected named arrays (.npz)")
        .hasMessageContaining("numpy.savez(");
  }

  @Test
  void readsWhatItWrites() throws IOException {
    Path path = write("a.npz");
    try (NpzReader npz = new NpzReader(path)) {
      assertThat(npz.names()).containsExactly("x", "features");
      assertThat(npz.read("x").doubles()).containsExactly(1.5, 2.5);
      assertThat(npz.read("features").header()).isEqualTo(NpyHeader.of(NpyType.UINT8, 2, 3));
      assertThat(npz.read("features").bytes()).containsExactly(1, 2, 3, 4, 5, 6);
    }
    assertThat(write("b.npz")).hasSameBinaryContentAs(path);
  }

  private Path write(String name) throws IOException {
    Path path = folder.resolve(name);
    try (NpzWriter npz = new NpzWriter(path)) {
      npz.add("x", NpyArray.of(new double[] {1.5, 2.5}, 2));
      npz.add(
          "features",
          NpyHeader.of(NpyType.UINT8, 2, 3),
          out -> {
            out.write(new byte[] {1, 2, 3});
            out.write(new byte[] {4, 5, 6});
          });
    }
    assertThat(Arrays.copyOf(Files.readAllBytes(path), 2)).containsExactly('P', 'K');
    return path;
  }
}
