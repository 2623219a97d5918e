package io.troupe.actors.tensorboard;

import io.troupe.actors.listening.RunListener;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps a run's event files up to date with its journal. Each start makes a new file of the whole
 * journal, which lets TensorBoard forget what the one before says, and then removes older ones: so
 * the folder is complete after a crash, a failure or a start from another run's checkpoint, and
 * grows with what happened and not with how often it was interrupted. Not thread-safe.
 */
public final class TensorBoard implements RunListener {
  private final Clock clock;
  private Optional<EventFile> file = Optional.empty();
  private RunEvents events = new RunEvents(Path.of(""));
  private boolean tidy;

  /** One that has written nothing yet. */
  public TensorBoard() {
    this(Clock.systemUTC());
  }

  TensorBoard(Clock clock) {
    this.clock = clock;
  }

  @Override
  public String name() {
    return "tensorboard";
  }

  @Override
  public boolean isWanted(RunSettings settings) {
    return settings.tensorboard().enabled();
  }

  @Override
  public void begin(RunDirectory directory, RunSettings settings) throws IOException {
    close();
    Instant now = clock.instant();
    events = new RunEvents(directory.samples());
    tidy = false;
    EventFile made = EventFile.create(directory.tensorboard(), now);
    try {
      made.add(EventRecords.fileVersion(now));
      made.add(EventRecords.sessionStart(now, 0));
      String table = RunEvents.table(SettingsLoader.render(settings));
      made.add(EventRecords.text(now, 0, "settings", table));
      made.commit();
    } catch (IOException e) {
      made.remove();
      throw e;
    }
    file = Optional.of(made);
  }

  @Override
  public boolean isOutdated() {
    return file.isPresent() && !file.get().exists();
  }

  @Override
  public void hear(List<JournalEvent> heard) throws IOException {
    EventFile open = file.orElseThrow();
    open.undo();
    for (JournalEvent event : heard) {
      for (byte[] record : events.of(event)) {
        open.add(record);
      }
    }
    open.commit();
  }

  @Override
  public void caughtUp() throws IOException {
    if (!tidy) {
      file.orElseThrow().removeOlder();
      tidy = true;
    }
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      EventFile open = file.get();
      file = Optional.empty();
      open.close();
    }
  }
}
