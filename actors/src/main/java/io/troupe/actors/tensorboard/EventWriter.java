package io.troupe.actors.tensorboard;

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
public final class EventWriter implements AutoCloseable {
  private final Path folder;
  private final Path samples;
  private final String settings;
  private final NewLines journal;
  private final Clock clock;
  private Optional<EventFile> file = Optional.empty();
  private RunEvents events;
  private boolean tidy;

  /**
   * A writer that has not written yet.
   *
   * @param folder of the event files
   * @param journal events.jsonl
   * @param samples the folder of the run's grids
   * @param settings as lines {@code key = value}
   */
  public EventWriter(Path folder, Path journal, Path samples, String settings, Clock clock) {
    this.folder = folder;
    this.samples = samples;
    this.settings = settings;
    this.journal = new NewLines(journal);
    this.clock = clock;
    events = new RunEvents(samples);
  }

  /**
   * Writes what the journal has got since it was read last.
   *
   * @throws IOException if that could not be done; the next call does it
   */
  public void update() throws IOException {
    if (file.isPresent() && (!file.get().exists() || journal.isReplaced())) {
      close();
    }
    if (file.isEmpty()) {
      begin();
    }
    EventFile open = file.orElseThrow();
    open.undo();
    for (List<String> lines = journal.read(); !lines.isEmpty(); lines = journal.read()) {
      for (String line : lines) {
        for (byte[] event : events.of(line)) {
          open.add(event);
        }
      }
      open.commit();
      journal.taken();
    }
    if (!tidy) {
      open.removeOlder();
      tidy = true;
    }
  }

  private void begin() throws IOException {
    Instant now = clock.instant();
    journal.rewind();
    events = new RunEvents(samples);
    tidy = false;
    EventFile made = EventFile.create(folder, now);
    try {
      made.add(EventRecords.fileVersion(now));
      made.add(EventRecords.sessionStart(now, 0));
      made.add(EventRecords.text(now, 0, "settings", RunEvents.table(settings)));
      made.commit();
    } catch (IOException e) {
      made.remove();
      throw e;
    }
    file = Optional.of(made);
  }

  /** Ends the file; the next update begins another. */
  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      EventFile open = file.get();
      file = Optional.empty();
      open.close();
    }
  }
}
