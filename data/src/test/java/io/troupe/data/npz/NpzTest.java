package io.troupe.data.npz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.Fixtures;
import java.io.IOException;
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
  void namesWhatIsMissing() throws IOException {
    Path path = Fixtures.path("npz/statistics.npz");
    try (NpzReader npz = new NpzReader(path)) {
      assertThatThrownBy(() -> npz.read("sigmas"))
          .isInstanceOf(NpyException.class)
          .hasMessage(path + ": there is no array sigmas; there are: mu, sigma");
    }
    assertThatThrownBy(() -> new NpzReader(folder.resolve("gone.npz")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> new NpzReader(Fixtures.path("npz/int32.npy")))
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
