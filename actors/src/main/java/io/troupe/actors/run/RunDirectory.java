package io.troupe.actors.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a run keeps what: the files that people and tools find by name.
 *
 * @param root the run's folder
 */
public record RunDirectory(Path root) {
  /** The environment variable by which 'start' tells a daemon its identity. */
  public static final String ID_VARIABLE = "TROUPE_DAEMON_ID";

  /** Of a small text file. */
  private static final int MOST_BYTES = 4096;

  /** What the run is called: its folder's name. */
  public String name() {
    return String.valueOf(root.toAbsolutePath().normalize().getFileName());
  }

  /** The fully resolved settings. */
  public Path config() {
    return root.resolve("config.conf");
  }

  /** One line per event. */
  public Path events() {
    return root.resolve("events.jsonl");
  }

  /** Checkpoint files. */
  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  /** Sample grids, {@code step-000012000.png}. */
  public Path samples() {
    return root.resolve("samples");
  }

  /** Pictures that somebody asked for, {@code step-000012000-fish-64.png}. */
  public Path pictures() {
    return root.resolve("pictures");
  }

  /** Networks for other tools, {@code step-000012000-generator-ema.safetensors}. */
  public Path exports() {
    return root.resolve("exports");
  }

  /** Grids of single classes, {@code step-000012000/NAME.png}. */
  public Path classGrids() {
    return root.resolve("superclass");
  }

  /** What the run's pictures are: {@link io.troupe.actors.history.DatasetFacts}. */
  public Path dataset() {
    return root.resolve("dataset.json");
  }

  /** What people wrote about the run: {@link io.troupe.actors.history.RunNotes}. */
  public Path notes() {
    return root.resolve("notes.json");
  }

  /** Table and plots of losses and scores. */
  public Path metrics() {
    return root.resolve("metrics");
  }

  /** The table of scores. */
  public Path table() {
    return metrics().resolve("metrics.csv");
  }

  /** Event files for TensorBoard. */
  public Path tensorboard() {
    return root.resolve("tensorboard");
  }

  /** What is kept of a training that went wrong, {@code step-000012000/}. */
  public Path forensics() {
    return root.resolve("forensics");
  }

  /** Where all threads were when no steps were made, {@code threads-20260131-235959.txt}. */
  public Path stalls() {
    return root.resolve("stalls");
  }

  /** The daemon's process id; locked while the daemon lives. */
  public Path pid() {
    return root.resolve("daemon.pid");
  }

  /** Empty, and locked as well; it stays when the daemon ends. */
  Path lock() {
    return root.resolve(".lock");
  }

  /** The newest daemon's identity, a random text that every answer of its control server bears. */
  public Path id() {
    return root.resolve("daemon.id");
  }

  /** The address of the daemon's control server. */
  public Path url() {
    return root.resolve("daemon.url");
  }

  /** The SHA-256 of the certificate that the control server shows, if its connections have one. */
  public Path certificate() {
    return root.resolve("daemon.certificate");
  }

  /** What the daemon logs. */
  public Path log() {
    return root.resolve("daemon.log");
  }

  /** What the launcher says of the newest daemon, if that crashed or was killed. */
  public Path crash() {
    return root.resolve("daemon.crash");
  }

  /**
   * What a small text file of a run says, without spaces around it.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws IOException also if it is no regular file, which may have no end, or a symbolic link
   */
  public static String text(Path file) throws IOException {
    if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isRegularFile()) {
      throw new IOException(file + " is not a regular file");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip();
    }
  }

  /** The folder of the run that a checkpoint file is in; empty if it is in no run's folder. */
  public static Optional<RunDirectory> ofCheckpoint(Path checkpoint) {
    // It holds checkpoints/ and checkpoints/best/.
    return Stream.iterate(
            checkpoint.toAbsolutePath().normalize().getParent(), Objects::nonNull, Path::getParent)
        .skip(1)
        .limit(2)
        .map(RunDirectory::new)
        .filter(run -> Files.isRegularFile(run.config()))
        .findFirst();
  }
}
