package io.troupe.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small files in the layout of CIFAR-100's binary version. */
final class Cifar100Fixture {
  /** The published superclass of each fine label. */
  static final int[] SUPERCLASS_OF_FINE = {
    4, 1, 14, 8, 0, 6, 7, 7, 18, 3, 3, 14, 9, 18, 7, 11, 3, 9, 7, 11, 6, 11, 5, 10, 7, 6, 13, 15, 3,
    15, 0, 11, 1, 10, 12, 14, 16, 9, 11, 5, 5, 19, 8, 8, 15, 13, 14, 17, 18, 10, 16, 4, 17, 4, 2, 0,
    17, 4, 18, 17, 10, 3, 2, 12, 12, 16, 12, 1, 9, 19, 2, 10, 0, 1, 16, 12, 9, 13, 15, 13, 16, 19,
    2, 4, 6, 19, 5, 5, 8, 19, 18, 1, 2, 15, 6, 0, 17, 8, 14, 13
  };

  static final int RECORD_BYTES = 3074;

  private Cifar100Fixture() {}

  static int fineLabel(int record) {
    return record * 37 % 100;
  }

  static byte pixel(int record, int row, int column, int channel) {
    return (byte) (31 * record + 7 * row + 3 * column + 85 * channel);
  }

  static byte[] records(int count) {
    byte[] bytes = new byte[count * RECORD_BYTES];
    for (int record = 0; record < count; record++) {
      int start = record * RECORD_BYTES;
      bytes[start] = (byte) SUPERCLASS_OF_FINE[fineLabel(record)];
      bytes[start + 1] = (byte) fineLabel(record);
      for (int i = 0; i < 3072; i++) {
        bytes[start + 2 + i] = pixel(record, i % 1024 / 32, i % 32, i / 1024);
      }
    }
    return bytes;
  }

  static void writeFolder(Path folder, Map<String, byte[]> members) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> member : members.entrySet()) {
      Files.write(folder.resolve(member.getKey()), member.getValue());
    }
  }

  static byte[] archive(Map<String, byte[]> members) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip)) {
      tar.putArchiveEntry(new TarArchiveEntry("cifar-100-binary/"));
      tar.closeArchiveEntry();
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry("cifar-100-binary/" + member.getKey());
        entry.setSize(member.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(member.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  static byte[] text(Iterable<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
