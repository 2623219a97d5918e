package io.troupe.actors.backup;

import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.files.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a run into one ZIP archive while it may go on. Checkpoints come first, settings and
 * journal after them: so the journal knows all that the checkpoints hold, as after a crash, and a
 * start goes on from it. What a run removes meanwhile is left out.
 */
public final class RunBackup {
  private static final String CHECKPOINT = ".ckpt";
  private static final String UNFINISHED = ".tmp";

  /** Of the daemon's process, not of the run. */
  private static final Set<String> OF_THE_PROCESS =
      Set.of(".lock", "daemon.pid", "daemon.id", "daemon.url", "daemon.certificate");

  private final RunDirectory run;
  private final ZipOutputStream zip;
  private final Checksums checksums = new Checksums();
  private final List<String> leftOut = new ArrayList<>();
  private long bytes;
  private OptionalLong step = OptionalLong.empty();

  /**
   * What an archive holds.
   *
   * @param step of its newest checkpoint
   * @param bytes of all files together
   * @param leftOut why files of the run are not in it
   */
  public record Contents(long step, int files, long bytes, List<String> leftOut) {}

  private RunBackup(RunDirectory run, ZipOutputStream zip) {
    this.run = run;
    this.zip = zip;
  }

  /**
   * Writes the archive; it appears complete or not at all.
   *
   * @throws BackupException if the folder holds no run with a good checkpoint
   */
  public static Contents write(RunDirectory run, Path archive) throws IOException, BackupException {
    if (!Files.isRegularFile(run.config())) {
      throw new BackupException("%s holds no run: it has no config.conf".formatted(run.root()));
    }
    return AtomicFile.<Contents, BackupException>writeDurably(
        archive,
        channel -> {
          try (ZipOutputStream zip =
              new ZipOutputStream(new BufferedOutputStream(unclosed(channel)))) {
            return new RunBackup(run, zip).writeAll();
          }
        });
  }

  /** The channel is forced to the disk before it is closed. */
  private static OutputStream unclosed(FileChannel channel) {
    return new FilterOutputStream(Channels.newOutputStream(channel)) {
      @Override
      public void write(byte[] chunk, int offset, int count) throws IOException {
        out.write(chunk, offset, count);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }

  private Contents writeAll() throws IOException, BackupException {
    List<Path> files = files();
    for (Path file : files) {
      if (file.toString().endsWith(CHECKPOINT)) {
        addCheckpoint(file);
      }
    }
    if (step.isEmpty()) {
      throw new BackupException(
          "%s has no good checkpoint yet from which a run could go on; 'troupe checkpoint' makes one"
                  .formatted(run.root())
              + String.join("", leftOut.stream().map(reason -> "\n  " + reason).toList()));
    }
    for (Path file : files) {
      if (!file.toString().endsWith(CHECKPOINT)) {
        add(file);
      }
    }
    byte[] text = checksums.text();
    zip.putNextEntry(new ZipEntry(name(Checksums.FILE)));
    zip.write(text);
    zip.closeEntry();
    return new Contents(step.getAsLong(), checksums.byPath().size(), bytes, List.copyOf(leftOut));
  }

  /** Newer checkpoints first, as older ones are removed; settings last. */
  private List<Path> files() throws IOException {
    return PresentFiles.below(run.root()).stream()
        .filter(file -> !OF_THE_PROCESS.contains(path(file)))
        .filter(file -> !path(file).endsWith(UNFINISHED))
        .sorted(Comparator.comparing(this::path).reversed())
        .toList();
  }

  private void addCheckpoint(Path file) throws IOException {
    try (StoredCheckpoint checkpoint = StoredCheckpoint.open(file)) {
      if (add(file)) {
        step = OptionalLong.of(Math.max(step.orElse(0), checkpoint.progress().step()));
      }
    } catch (NoSuchFileException e) {
      // The run has newer ones and removed it.
    } catch (CheckpointException e) {
      leftOut.add(e.getMessage());
    }
  }

  /** Adds a file as it is now; says whether it is still there. */
  private boolean add(Path file) throws IOException {
    String path = path(file);
    if (path.chars().anyMatch(c -> c < ' ' || c == '\\')) {
      leftOut.add(file + ": its name has a backslash or a control character");
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ZipEntry entry = new ZipEntry(name(path));
      entry.setLastModifiedTime(Files.getLastModifiedTime(file));
      zip.setLevel(
          path.endsWith(CHECKPOINT) ? Deflater.NO_COMPRESSION : Deflater.DEFAULT_COMPRESSION);
      zip.putNextEntry(entry);
      InputStream in = Channels.newInputStream(channel);
      bytes += checksums.copy(path, in, zip, length(file, channel));
      zip.closeEntry();
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Of a journal only whole lines: the daemon may be writing one. */
  private long length(Path file, FileChannel channel) throws IOException {
    return file.equals(run.events()) ? WholeLines.length(channel) : channel.size();
  }

  /** Relative to the run's folder, with slashes. */
  private String path(Path file) {
    return run.root().relativize(file).toString().replace('\\', '/');
  }

  private String name(String path) {
    return run.name() + "/" + path;
  }
}
