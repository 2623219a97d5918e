package io.troupe.actors.daemon;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.Resumption;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.history.JournalBeginning;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunException;
import io.troupe.config.Difference;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.AtomicFolder;
import io.troupe.config.files.IoReason;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A new run that goes on from a checkpoint of another one: with that one's settings, and its
 * journal up to the checkpoint's step. The other run stays as it is.
 */
public final class RunBranch {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path checkpoint;
  private final RunDirectory source;

  private RunBranch(Path checkpoint, RunDirectory source) {
    this.checkpoint = checkpoint;
    this.source = source;
  }

  /**
   * A branch from a checkpoint file in its run's folder.
   *
   * @throws RunException if there is no such file, or no run that it is of
   */
  public static RunBranch from(Path checkpoint) throws RunException {
    if (!Files.isRegularFile(checkpoint)) {
      throw new RunException(
          "there is no checkpoint file %s; a run's are in its folder checkpoints/"
              .formatted(checkpoint));
    }
    Optional<RunDirectory> source = RunDirectory.ofCheckpoint(checkpoint);
    return new RunBranch(
        checkpoint,
        source.orElseThrow(
            () ->
                new RunException(
                    "%s is not in the checkpoints/ of a run with a config.conf; only those can be gone on from"
                        .formatted(checkpoint))));
  }

  /** The settings file of the other run. */
  public Path config() {
    return source.config();
  }

  /**
   * Makes the new run, completely or not at all.
   *
   * @param target a folder that is not there yet
   * @param settings what the new run shall have
   * @return the step that it goes on from
   * @throws RunException if the settings are of other networks, the checkpoint is damaged, or there
   *     is something at the target
   */
  public long make(RunDirectory target, RunSettings settings) throws RunException {
    Path root = target.root().toAbsolutePath().normalize();
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      throw new RunException("there is %s already; name a folder that is not".formatted(root));
    }
    RunSettings old = SettingsLoader.loadRun(source.config(), List.of(), List.of());
    Optional<Difference> misfit =
        SettingsLoader.differences(old, settings).stream()
            .filter(change -> Resumption.isOfNetworks(change.key()))
            .findFirst();
    if (misfit.isPresent()) {
      throw new SettingsException(
          List.of(
              "%s cannot change, because the checkpoint's networks have %s; begin a run of its own"
                  .formatted(misfit.get().key(), misfit.get().from())));
    }
    try (StoredCheckpoint stored = StoredCheckpoint.open(checkpoint)) {
      long step = stored.progress().step();
      return AtomicFolder.<Long, CheckpointException>write(
          root,
          folder -> {
            fill(new RunDirectory(folder), stored, old, step);
            return step;
          });
    } catch (FileAlreadyExistsException e) {
      throw new RunException("there is %s already; name another folder".formatted(root), e);
    } catch (CheckpointException e) {
      throw new RunException("cannot go on from it: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new RunException("cannot make the run %s: %s".formatted(root, IoReason.of(e)), e);
    }
  }

  private void fill(RunDirectory run, StoredCheckpoint stored, RunSettings newest, long step)
      throws IOException, CheckpointException {
    Files.createDirectory(run.checkpoints());
    Path file = run.checkpoints().resolve(String.format(Locale.ROOT, "step-%09d.ckpt", step));
    try {
      Files.createLink(file, checkpoint.toRealPath());
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(checkpoint, file); // Another file system, or one without links.
    }
    Map<String, Object> branched = new LinkedHashMap<>();
    branched.put("time", Instant.now().toString());
    branched.put("event", RunEvent.BRANCHED.label());
    branched.put("step", step);
    branched.put("from_run", source.root().toAbsolutePath().normalize().toString());
    branched.put("from_checkpoint", checkpoint.toAbsolutePath().normalize().toString());
    branched.put("sha256", stored.sha256());
    try (FileChannel journal =
            FileChannel.open(
                run.events(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(journal))) {
      JournalBeginning.copy(source.events(), step, out);
      out.write((JSON.writeValueAsString(branched) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      journal.force(true);
    }
    writeSettings(run, newest, step);
  }

  /**
   * What the other run had at the step, and its changes up to there; where it listens is its own.
   */
  private void writeSettings(RunDirectory run, RunSettings newest, long step)
      throws IOException, CheckpointException {
    Optional<List<SettingsHistory.Change>> recorded =
        SettingsLoader.recordedChanges(source.config());
    List<SettingsHistory.Change> changes =
        recorded.isPresent() ? recorded.get() : Resumption.changesOfNewestCheckpoint(source);
    SettingsHistory had = SettingsHistory.of(newest, changes).until(step);
    AtomicFile.replace(run.config(), SettingsLoader.render(had));
    if (had.newest().control().port() > 0) {
      List<String> free = List.of("control.port=" + RunSettings.Control.ANY_PORT);
      RunSettings settings = SettingsLoader.loadRun(run.config(), List.of(), free);
      AtomicFile.replace(
          run.config(), SettingsLoader.render(SettingsHistory.of(settings, had.changes())));
    }
  }
}
