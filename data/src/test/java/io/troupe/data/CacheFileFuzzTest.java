package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of decoded pictures with a right checksum, whose content is not what it should be. */
class CacheFileFuzzTest {
  private static final int CHANGES = 500;

  @TempDir Path folder;

  @Test
  void changedFilesAreReadOrRefused() throws IOException {
    Path file = folder.resolve("cache");
    CacheContent content =
        new CacheContent(2, 3, new int[] {1, 0}, List.of("cat", "dog"), List.of());
    try (CacheWriter writer = new CacheWriter(file, content, 100)) {
      writer.write(0, new byte[12], true);
      writer.write(1, new byte[12], true);
      writer.end(List.of("a note"));
    }
    byte[] whole = Files.readAllBytes(file);
    int end = 64 + 2 * 8 + "cat\0dog\0\0a note".length();
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < CHANGES; i++) {
      byte[] bytes = whole.clone();
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int at = 12 + random.nextInt(end - 12);
        bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(4) : random.nextInt(256));
      }
      Files.write(file, withChecksum(bytes));
      try {
        CacheFile read = CacheFile.open(file);
        for (int image = 0; image < read.count(); image++) {
          assertThat(read.label(image)).isBetween(0, read.classNames().size() - 1);
          read.read(image, new byte[read.channels() * read.side() * read.side()]);
        }
      } catch (IOException e) {
        refused++;
        assertThat(e).hasMessageStartingWith("it ");
      }
    }
    assertThat(refused).isBetween(CHANGES / 4, CHANGES - 1);
  }

  /** Of the part that a changed header says. */
  private static byte[] withChecksum(byte[] bytes) {
    ByteBuffer header = ByteBuffer.wrap(bytes);
    long end = 64L + 8L * header.getInt(12) + header.getInt(20);
    if (end >= 12 && end <= bytes.length) {
      CRC32C sum = new CRC32C();
      sum.update(bytes, 12, (int) end - 12);
      header.putInt(8, (int) sum.getValue());
    }
    return bytes;
  }
}
