package io.troupe.actors.listening;

import io.troupe.actors.run.JournalEntry;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.JournalTail;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Reads a run's journal to a listener, a part at a time. Not thread-safe. */
public final class Hearing {
  private final RunListener listener;
  private final RunDirectory directory;
  private final RunSettings settings;
  private JournalTail journal;
  private boolean begun;

  /** Nothing was heard yet. */
  public Hearing(RunListener listener, RunDirectory directory, RunSettings settings) {
    this.listener = listener;
    this.directory = directory;
    this.settings = settings;
    journal = new JournalTail(directory.events());
  }

  /**
   * Lets the listener hear what the journal has got since the last time.
   *
   * @throws IOException if that could not be done; the next call does it
   */
  public void hear() throws IOException {
    if (!begun || listener.isOutdated()) {
      journal = new JournalTail(directory.events());
      begin();
    }
    if (Files.exists(directory.events())) {
      journal.read(new Lines());
    }
    listener.caughtUp();
  }

  private void begin() throws IOException {
    begun = false;
    listener.begin(directory, settings);
    begun = true;
  }

  /** The lines of one reading. */
  private final class Lines implements JournalTail.Listener {
    private final JournalEntry entry = new JournalEntry();
    private List<JournalEvent> events = new ArrayList<>();

    @Override
    public void restarted() throws IOException {
      begin();
    }

    @Override
    public void line(byte[] bytes, int offset, int length) {
      // The plots count lines that cannot be read or are too long, and say so.
      if (entry.read(bytes, offset, length)) {
        entry.copy().ifPresent(events::add);
      }
    }

    @Override
    public void part() throws IOException {
      if (!events.isEmpty()) {
        listener.hear(List.copyOf(events));
        events = new ArrayList<>();
      }
    }
  }
}
