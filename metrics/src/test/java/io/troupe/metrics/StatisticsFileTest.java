package io.troupe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import io.troupe.data.npz.NpzReader;
import io.troupe.data.npz.NpzWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsFileTest {
  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsReadBackExactly() throws IOException {
    GaussianStatistics statistics = Statistics.random(new Random(1), 9, 40);
    Path file = folder.resolve("new/s.npz");
    StatisticsFile.write(file, statistics);
    GaussianStatistics read = StatisticsFile.read(file);
    assertThat(read.mean()).isEqualTo(statistics.mean());
    assertThat(read.covariance()).isEqualTo(statistics.covariance());
    assertThat(read.count()).isEqualTo(40);
    assertThat(StatisticsFile.holdsStatistics(file)).isTrue();
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
    try (NpzReader npz = new NpzReader(file)) {
      assertThat(npz.names()).contains("mu", "sigma");
    }
  }

  @Test
  void filesOfFloat32AndWithoutCountAreRead() throws IOException {
    Path file = folder.resolve("other.npz");
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("mu", NpyArray.of(new float[] {1, 2}, 2));
      npz.add("sigma", NpyArray.of(new float[] {2, 0.5f, 0.5000001f, 3}, 2, 2));
    }
    GaussianStatistics read = StatisticsFile.read(file);
    assertThat(read.count()).isZero();
    assertThat(read.mean()).containsExactly(1, 2);
    assertThat(read.covariance()).containsExactly(new double[] {2, .5, .5, 3}, within(1e-6));
    assertThat(read.covariance()[1]).isEqualTo(read.covariance()[2]);
  }

  @Test
  void unusableFilesAreRefusedByName() throws IOException {
    Path file = folder.resolve("bad.npz");
    write(file, new double[] {1, 2}, NpyArray.of(new double[9], 3, 3));
    assertThatThrownBy(() -> StatisticsFile.read(file))
        .hasMessageContaining("bad.npz")
        .hasMessageContaining("mu has shape [2] and sigma [3, 3]");
    write(file, new double[] {1, 2}, NpyArray.of(new double[] {1, 2, 3, 4}, 2, 2));
    assertThatThrownBy(() -> StatisticsFile.read(file)).hasMessageContaining("not symmetric");
    write(file, new double[] {1, Double.NaN}, NpyArray.of(new double[4], 2, 2));
    assertThatThrownBy(() -> StatisticsFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bad.npz")
        .hasMessageContaining("NaN");
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("mu", NpyArray.of(new double[1], 1));
      npz.add("sigma", NpyArray.of(new double[1], 1, 1));
      npz.add("count", NpyArray.of(new long[0], 0));
    }
    assertThatThrownBy(() -> StatisticsFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": count has 0 numbers, expected one, the number of pictures");
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("mu", NpyArray.of(new long[1], 1));
      npz.add("sigma", NpyArray.of(new double[1], 1, 1));
    }
    assertThatThrownBy(() -> StatisticsFile.read(file))
        .hasMessageContaining("bad.npz, array mu: an array of INT64");
    Files.writeString(file, "nonsense");
    assertThatThrownBy(() -> StatisticsFile.read(file)).hasMessageContaining("bad.npz");
  }

  /** A bit of the shape hides half of the numbers: the array then ends before its entry. */
  @Test
  void damagedShapesAreRefused() throws IOException {
    Path file = folder.resolve("bad.npz");
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("mu", NpyHeader.of(NpyType.FLOAT64, 1), out -> out.write(new byte[16]));
      npz.add("sigma", NpyHeader.of(NpyType.FLOAT64, 1, 1), out -> out.write(new byte[32]));
    }
    assertThatThrownBy(() -> StatisticsFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ", array mu: its content goes on");
  }

  private static void write(Path file, double[] mean, NpyArray covariance) throws IOException {
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("mu", NpyArray.of(mean, mean.length));
      npz.add("sigma", covariance);
    }
  }

  @Test
  void theCacheFindsWhatItStored() throws IOException {
    ReferenceCache cache = new ReferenceCache(folder.resolve("cache"));
    ReferenceCache.Key key = new ReferenceCache.Key("d1", "train", "random", "", "none", 40);
    assertThat(cache.find(key)).isEmpty();
    GaussianStatistics statistics = Statistics.random(new Random(1), 5, 40);
    cache.store(key, statistics);
    assertThat(cache.find(key).map(GaussianStatistics::mean)).hasValue(statistics.mean());
    for (ReferenceCache.Key other :
        new ReferenceCache.Key[] {
          new ReferenceCache.Key("d2", "train", "random", "", "none", 40),
          new ReferenceCache.Key("d1", "test", "random", "", "none", 40),
          new ReferenceCache.Key("d1", "train", "cifar", "", "none", 40),
          new ReferenceCache.Key("d1", "train", "random", "ff", "none", 40),
          new ReferenceCache.Key("d1", "train", "random", "", "bilinear", 40),
          new ReferenceCache.Key("d1", "train", "random", "", "none", 41)
        }) {
      assertThat(cache.find(other)).isEmpty();
    }
    Files.writeString(cache.path(key), "cut off");
    assertThat(cache.find(key)).isEqualTo(Optional.empty());
  }

  @Test
  void imagesAreIdentifiedByTheirContent() {
    byte[] content = {1, 2, 3, 4, 5, 6};
    String digest = digest(content, 1, 2);
    assertThat(digest).hasSize(64).isEqualTo(digest(content.clone(), 1, 2));
    assertThat(digest(content, 2, 1)).isNotEqualTo(digest);
    content[5] = 7;
    assertThat(digest(content, 1, 2)).isNotEqualTo(digest);
  }

  private static String digest(byte[] content, int height, int width) {
    return ReferenceCache.digest(
        (index, target) -> System.arraycopy(content, 0, target, 0, target.length),
        1,
        height,
        width,
        3);
  }
}
