package io.troupe.actors.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who else may change what is in a folder. */
public final class FolderAccess {
  private static final int MOST_NAMED = 3;

  private FolderAccess() {}

  /**
   * A sentence on what in a folder others than its owner may write to, the folder itself and what
   * lies directly in it; empty if that is nothing, if the folder is not there, or if the file
   * system has no such permissions. A group with its owner's name has nobody else in it.
   *
   * @throws IOException if the folder cannot be read
   */
  public static Optional<String> writableByOthers(Path folder) throws IOException {
    List<Path> all = new ArrayList<>(List.of(folder));
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      files.sorted().forEach(all::add);
    }
    List<String> writable = new ArrayList<>();
    for (Path file : all) {
      permissions(file).ifPresent(text -> writable.add("%s (%s)".formatted(file, text)));
    }
    if (writable.isEmpty()) {
      return Optional.empty();
    }
    int more = writable.size() - MOST_NAMED;
    return Optional.of(
        "others may write to %s%s, and so decide what is read from there; 'chmod -R go-w %s' ends that"
            .formatted(
                String.join(", ", writable.subList(0, Math.min(MOST_NAMED, writable.size()))),
                more > 0 ? " and %d more".formatted(more) : "",
                folder));
  }

  /** The permissions of a file that others may write to. */
  private static Optional<String> permissions(Path file) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return Optional.empty();
    }
    PosixFileAttributes found;
    try {
      found = view.readAttributes();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    boolean byGroup =
        found.permissions().contains(PosixFilePermission.GROUP_WRITE)
            && !found.group().getName().equals(found.owner().getName());
    boolean byOthers = found.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    return found.isSymbolicLink() || !(byGroup || byOthers)
        ? Optional.empty()
        : Optional.of(PosixFilePermissions.toString(found.permissions()));
  }
}
