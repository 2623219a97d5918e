package io.troupe.actors.backup;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/** Whether a PNG file is whole, by the checksum of each of its chunks (PNG specification, 5.3). */
final class PngChunks {
  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int END = 0x49454E44;

  private PngChunks() {}

  /** What is wrong with a file. */
  static Optional<String> problem(Path file) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream stream = new BufferedInputStream(Files.newInputStream(file));
        DataInputStream in = new DataInputStream(new CheckedInputStream(stream, crc))) {
      if (in.readLong() != SIGNATURE) {
        return Optional.of("it is no PNG");
      }
      while (true) {
        int length = in.readInt();
        crc.reset();
        int type = in.readInt();
        if (length < 0) {
          return Optional.of("a chunk of it has no possible length");
        }
        in.skipNBytes(length);
        int expected = (int) crc.getValue();
        if (in.readInt() != expected) {
          return Optional.of("the checksum of a chunk is wrong");
        }
        if (type == END) {
          return Optional.empty();
        }
      }
    } catch (EOFException e) {
      return Optional.of("it is cut off");
    }
  }
}
