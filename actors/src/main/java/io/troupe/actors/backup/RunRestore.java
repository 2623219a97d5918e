package io.troupe.actors.backup;

import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.files.AtomicFolder;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Unpacks an archive of {@link RunBackup} into a folder, which appears when every file's SHA-256 is
 * right, or not at all. Nothing outside of that folder is written, whatever the archive's names
 * are.
 */
public final class RunRestore implements AutoCloseable {
  private final Path archive;
  private final ZipFile zip;
  private final String name;
  private final Checksums expected;

  private RunRestore(Path archive, ZipFile zip, String name, Checksums expected) {
    this.archive = archive;
    this.zip = zip;
    this.name = name;
    this.expected = expected;
  }

  /**
   * Opens an archive.
   *
   * @throws BackupException if it is none of a run
   */
  public static RunRestore open(Path archive) throws IOException, BackupException {
    ZipFile zip;
    try {
      zip = new ZipFile(archive.toFile());
    } catch (ZipException | EOFException e) {
      throw new BackupException("%s is no whole ZIP archive: %s".formatted(archive, reason(e)));
    }
    try {
      ZipEntry sums =
          zip.stream()
              .filter(entry -> entry.getName().matches("[^/]+/" + Checksums.FILE))
              .findFirst()
              .orElseThrow(
                  () ->
                      new BackupException(
                          "%s is no backup of a run: it has no RUN/%s"
                              .formatted(archive, Checksums.FILE)));
      String name = sums.getName().substring(0, sums.getName().indexOf('/'));
      String text;
      try (InputStream in = zip.getInputStream(sums)) {
        text = new String(in.readNBytes(Checksums.MOST_BYTES), StandardCharsets.UTF_8);
      }
      RunRestore restore = new RunRestore(archive, zip, name, Checksums.parse(archive, text));
      restore.requireListed();
      return restore;
    } catch (ZipException | EOFException e) {
      zip.close();
      throw damaged(archive, e);
    } catch (IOException | BackupException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private static BackupException damaged(Path archive, IOException error) {
    return new BackupException("%s is damaged: %s".formatted(archive, reason(error)));
  }

  private static String reason(IOException error) {
    return error.getMessage() == null ? "it ends too early" : error.getMessage();
  }

  /** What the run was called. */
  public String name() {
    return name;
  }

  /** The archive has the files of its list, and no others, with names that files can have. */
  private void requireListed() throws BackupException {
    if (!isName(name) || name.equals(".") || name.equals("..")) {
      throw new BackupException("%s has a run whose name no folder can have".formatted(archive));
    }
    Set<String> there = new HashSet<>();
    for (String entry : zip.stream().map(ZipEntry::getName).toList()) {
      if (!there.add(entry)) {
        throw new BackupException("%s has %s twice".formatted(archive, entry));
      }
    }
    there.remove(entryName(Checksums.FILE));
    for (String path : expected.byPath().keySet()) {
      if (!isName(path)) {
        throw new BackupException("%s lists a file whose name no file can have".formatted(archive));
      }
      if (!there.remove(entryName(path))) {
        throw new BackupException("%s lacks %s".formatted(archive, path));
      }
    }
    if (!there.isEmpty()) {
      throw new BackupException(
          "%s has %s, which its %s does not list"
              .formatted(archive, there.iterator().next(), Checksums.FILE));
    }
  }

  private static boolean isName(String path) {
    try {
      return path.chars().noneMatch(c -> c < ' ') && !Path.of(path).toString().isEmpty();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private String entryName(String path) {
    return name + "/" + path;
  }

  /**
   * Unpacks it.
   *
   * @param root where the run shall be; nothing may be there but an empty folder
   * @throws BackupException if a file is damaged, or the newest checkpoint cannot be used
   */
  public RunBackup.Contents into(Path root) throws IOException, BackupException {
    requireFree(root);
    // A link to an empty folder stays, and the run is there.
    Path place = Files.exists(root) ? root.toRealPath() : root.toAbsolutePath().normalize();
    Files.createDirectories(place.getParent());
    requireSpace(place.getParent());
    try {
      return AtomicFolder.<RunBackup.Contents, BackupException>write(place, this::unpack);
    } catch (ZipException | EOFException e) {
      throw damaged(archive, e);
    }
  }

  private RunBackup.Contents unpack(Path folder) throws IOException, BackupException {
    long bytes = 0;
    for (Map.Entry<String, String> file : expected.byPath().entrySet()) {
      bytes += unpack(folder, file.getKey(), file.getValue());
    }
    return new RunBackup.Contents(newestStep(folder), expected.byPath().size(), bytes, List.of());
  }

  /** Before hours of copying; a disk that fills up meanwhile ends that too. */
  private void requireSpace(Path folder) throws IOException, BackupException {
    long needed = zip.stream().mapToLong(entry -> Math.max(0, entry.getSize())).sum();
    long free = Files.getFileStore(folder).getUsableSpace();
    if (needed > free) {
      throw new BackupException(
          String.format(
              Locale.ROOT,
              "%s holds %,d bytes, and %s has %,d free; name a folder on another disk by --run-dir",
              archive,
              needed,
              folder,
              free));
    }
  }

  private static void requireFree(Path root) throws IOException, BackupException {
    if (!Files.exists(root)) {
      if (Files.isSymbolicLink(root)) {
        throw new BackupException(
            "%s is a symbolic link that leads nowhere; remove it, or name another folder by --run-dir"
                .formatted(root));
      }
      return;
    }
    if (!Files.isDirectory(root)) {
      throw new BackupException("%s is a file; name a folder".formatted(root));
    }
    try (Stream<Path> all = Files.list(root)) {
      if (all.findAny().isPresent()) {
        throw new BackupException(
            "%s is there already and not empty; name another folder by --run-dir".formatted(root));
      }
    }
  }

  private long unpack(Path folder, String path, String sum) throws IOException, BackupException {
    Path file = folder.resolve(path).normalize();
    if (!file.startsWith(folder) || file.equals(folder)) {
      throw new BackupException(
          "%s has a file outside of the run's folder: %s".formatted(archive, path));
    }
    Files.createDirectories(file.getParent());
    ZipEntry entry = zip.getEntry(entryName(path));
    Checksums found = new Checksums();
    long bytes;
    try (InputStream in = zip.getInputStream(entry);
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream out = Channels.newOutputStream(channel);
      bytes = found.copy(path, in, out, Math.max(0, entry.getSize()));
      channel.force(true);
    }
    if (!sum.equals(found.byPath().get(path))) {
      throw new BackupException(
          "%s is damaged: the SHA-256 of %s is %s, and should be %s"
              .formatted(archive, path, found.byPath().get(path), sum));
    }
    return bytes;
  }

  private long newestStep(Path folder) throws IOException, BackupException {
    List<String> reasons = new ArrayList<>();
    try (StoredCheckpoint newest =
        StoredCheckpoint.newest(new RunDirectory(folder).checkpoints(), reasons::add)) {
      return newest.progress().step();
    } catch (CheckpointException e) {
      throw new BackupException(
          "%s has no checkpoint from which the run could go on: %s"
              .formatted(archive, e.getMessage()));
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
