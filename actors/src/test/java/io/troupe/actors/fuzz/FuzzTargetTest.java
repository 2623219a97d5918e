package io.troupe.actors.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each reader reads or refuses its seeds and changed ones, in little memory; {@code scripts/fuzz}
 * goes on for hours.
 */
class FuzzTargetTest {
  private static final Path SEEDS = Path.of("src/test/resources/io/troupe/actors/fuzz");

  /**
   * What an input of some hundred bytes may cost; of a picture 2^26 pixels of eight bytes, and what
   * a decoder makes for some of them and lets go.
   */
  private static final long MOST_BYTES = 100L << 20;

  private static final long MOST_PICTURE_BYTES = 2L << 30;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 2, unit = TimeUnit.MINUTES) // An endless loop is a defect too.
  void seedsAndChangedOnesAreReadOrRefused(FuzzTarget target) throws IOException {
    List<Path> names;
    try (Stream<Path> files = Files.list(SEEDS.resolve(target.seeds()))) {
      names = files.sorted().toList();
    }
    assertThat(names).isNotEmpty();
    List<byte[]> seeds = new ArrayList<>();
    for (Path name : names) {
      byte[] seed = Files.readAllBytes(name);
      // Not measured: they load classes.
      assertThatCode(() -> target.read(folder, seed)).as("%s", name).doesNotThrowAnyException();
      seeds.add(seed);
    }
    Mutations mutations = new Mutations(20);
    for (int i = 0; i < target.mutations(); i++) {
      byte[] changed = mutations.of(seeds.get(i % seeds.size()));
      try {
        read(target, changed);
      } catch (Throwable e) {
        Path kept = Path.of("target", "fuzz-%s-%d".formatted(target.seeds(), i));
        Files.write(kept, changed);
        throw new AssertionError(
            "change %d of %s, kept as %s".formatted(i, names.get(i % names.size()), kept), e);
      }
    }
  }

  private void read(FuzzTarget target, byte[] bytes) {
    long before = allocated();
    target.read(folder, bytes);
    assertThat(allocated() - before)
        .isLessThan(target.seeds().startsWith("picture") ? MOST_PICTURE_BYTES : MOST_BYTES);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void whatIsNeitherReadNorRefusedIsADefect() {
    assertThatCode(() -> require((place, bytes) -> {})).doesNotThrowAnyException();
    assertThatCode(
            () ->
                require(
                    (place, bytes) -> {
                      throw new IOException("cut off");
                    }))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () ->
                require(
                    (place, bytes) -> {
                      throw new IOException();
                    }))
        .hasMessageContaining("without a reason");
    assertThatThrownBy(
            () ->
                require(
                    (place, bytes) -> {
                      throw new IllegalStateException("cut off");
                    }))
        .hasMessageContaining("not refused");
  }

  private void require(FuzzReader reader) {
    FuzzTarget.require(reader, List.of(IOException.class), folder, new byte[1]);
  }
}
