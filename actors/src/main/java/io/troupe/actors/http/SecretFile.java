package io.troupe.actors.http;

import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Reads small files that only their owner may read. */
final class SecretFile {
  private static final int MOST_BYTES = 1 << 16;
  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.copyOf(
          EnumSet.complementOf(
              EnumSet.of(
                  PosixFilePermission.OWNER_READ,
                  PosixFilePermission.OWNER_WRITE,
                  PosixFilePermission.OWNER_EXECUTE)));

  private SecretFile() {}

  /**
   * All of a file. Where the file system knows no owners, who may read it is not checked.
   *
   * @param what names the file in errors, e.g. a setting
   * @throws ServerStartException if it cannot be read, is too large, or others have permissions
   */
  static byte[] read(String what, Path file) throws ServerStartException {
    try {
      PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
      Set<PosixFilePermission> found =
          view == null ? Set.of() : view.readAttributes().permissions();
      if (found.stream().anyMatch(OF_OTHERS::contains)) {
        throw new ServerStartException(
            "%s: others than its owner have permissions of %s (%s); it holds a secret: chmod 600 %s"
                .formatted(what, file, PosixFilePermissions.toString(found), file));
      }
      return readSmall(what, file);
    } catch (IOException e) {
      throw unreadable(what, file, e);
    }
  }

  /**
   * All of a file that others may read too.
   *
   * @throws ServerStartException if it cannot be read, or is too large
   */
  static byte[] readPublic(String what, Path file) throws ServerStartException {
    try {
      return readSmall(what, file);
    } catch (IOException e) {
      throw unreadable(what, file, e);
    }
  }

  private static byte[] readSmall(String what, Path file) throws IOException, ServerStartException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new ServerStartException("%s: %s is no file; name one".formatted(what, file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new ServerStartException(
            "%s: %s has more than %d bytes; name another file".formatted(what, file, MOST_BYTES));
      }
      return bytes;
    }
  }

  private static ServerStartException unreadable(String what, Path file, IOException e) {
    return new ServerStartException(
        e instanceof NoSuchFileException
            ? "%s: there is no file %s; make it, or name another one".formatted(what, file)
            : "%s: cannot read %s: %s".formatted(what, file, IoReason.of(e)),
        e);
  }
}
