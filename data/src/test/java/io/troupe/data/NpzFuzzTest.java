package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.data.npz.NpyException;
import io.troupe.data.npz.NpzReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever bytes a file holds: it is read, or refused by name, in little memory. */
class NpzFuzzTest {
  private static final int MUTATIONS = 300;
  private static final long MOST_BYTES = 48 << 20;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz", "int16.npz", "statistics.npz", "uint8.npy"})
  void damagedFilesAreRefusedByName(String name) throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("npz/" + name));
    Path file = folder.resolve(name);
    Random random = new Random(11);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Files.write(file, mutated(whole, random));
      long before = allocated();
      try {
        NpzDataset.open(file);
      } catch (DatasetException e) {
        refused++;
        assertThat(e).hasMessageContaining(name);
      }
      try (NpzReader npz = new NpzReader(file)) {
        for (String array : npz.names()) {
          npz.read(array);
        }
      } catch (NpyException e) {
        assertThat(e).hasMessageContaining(name);
      }
      assertThat(allocated() - before).as("mutation %d", i).isLessThan(MOST_BYTES);
    }
    assertThat(refused).isGreaterThan(MUTATIONS / 4);
  }

  private static byte[] mutated(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        // Digits, as lengths have them.
        case 2 -> bytes[at] = (byte) ('0' + random.nextInt(10));
        case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0xFF);
        default -> bytes = random.nextInt(8) == 0 ? Arrays.copyOf(bytes, at + 1) : bytes;
      }
    }
    return bytes;
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
