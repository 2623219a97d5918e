package io.troupe.actors.fuzz;

import io.troupe.actors.backup.BackupException;
import io.troupe.actors.backup.RunRestore;
import io.troupe.actors.backup.RunVerification;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.checkpoint.StoredNetwork;
import io.troupe.actors.history.EventPage;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsChanges;
import io.troupe.config.SettingsLoader;
import io.troupe.data.Datasets;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Readers of a run's folder and of what it is backed up in. */
final class RunReaders {
  private static final int DIGEST_BYTES = 32;

  private RunReaders() {}

  /** A run's config.conf, or a file of --config. */
  static void settings(Path folder, byte[] bytes) throws IOException {
    RunDirectory run = new RunDirectory(folder);
    Files.write(run.config(), bytes);
    show(run);
    SettingsLoader.recordedChanges(run.config());
    SettingsLoader.loadRun(
        run.config(), new SettingsChanges(List.of(), List.of(), Datasets::kindAt));
  }

  /** With the checksum that it should have: only who means it comes by that. */
  static void checkpoint(Path folder, byte[] bytes) throws Exception {
    byte[] whole = bytes.clone();
    int content = whole.length - DIGEST_BYTES;
    if (content > 0) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(whole, 0, content);
      digest.digest(whole, content, DIGEST_BYTES);
    }
    Path file = Files.write(folder.resolve("step-000000001.ckpt"), whole);
    try (StoredCheckpoint checkpoint = StoredCheckpoint.open(file)) {
      checkpoint.sha256();
      for (StoredNetwork network : StoredNetwork.values()) {
        Optional<Long> length = Optional.ofNullable(checkpoint.lengths().get(network.vector()));
        if (length.isPresent()) {
          checkpoint.copy(network, 0, length.get(), OutputStream.nullOutputStream());
        }
      }
    }
  }

  /** Nothing in a journal is an error: what is no event is counted. */
  static void journal(Path folder, byte[] bytes) throws IOException {
    RunDirectory run = new RunDirectory(folder);
    Files.write(run.events(), bytes);
    show(run);
    RunVerification.of(run);
  }

  /** What people wrote, and what the run knows of its dataset. */
  static void notes(Path folder, byte[] bytes) throws IOException {
    RunDirectory run = new RunDirectory(folder);
    Files.write(run.notes(), bytes);
    Files.write(run.dataset(), bytes);
    Files.write(run.url(), bytes);
    Files.write(run.id(), bytes);
    show(run);
  }

  /** As the page shows a run. */
  private static void show(RunDirectory run) throws IOException {
    for (RunHistory history : RunCatalogue.of(run).runs()) {
      history.summary();
      history.curves(100, 0, Long.MAX_VALUE);
      history.scores();
      history.events(new EventPage.Query(10, OptionalLong.empty(), Set.of(), ""));
      history.events(new EventPage.Query(10, OptionalLong.of(7), Set.of("step"), "a"));
      history.grids();
      history.pictures();
      history.checkpoints();
      history.settings();
      history.notes();
      history.brief();
    }
  }

  static void backup(Path folder, byte[] bytes) throws IOException, BackupException {
    Path archive = Files.write(folder.resolve("run.zip"), bytes);
    Path place = folder.resolve("restored");
    try (RunRestore restore = RunRestore.open(archive)) {
      restore.into(place);
    } finally {
      delete(place);
      requireAlone(archive);
    }
  }

  private static void requireAlone(Path file) throws IOException {
    try (Stream<Path> left = Files.list(file.getParent())) {
      if (!left.toList().equals(List.of(file))) {
        throw new AssertionError("files are left in " + file.getParent());
      }
    }
  }

  private static void delete(Path place) throws IOException {
    if (Files.exists(place)) {
      try (Stream<Path> files = Files.walk(place)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
