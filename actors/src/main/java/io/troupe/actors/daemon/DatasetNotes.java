package io.troupe.actors.daemon;

import io.troupe.data.DatasetReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a dataset says of its files: into the log, and to a listener, who also hears what was said
 * before there was one. Thread-safe.
 */
final class DatasetNotes implements DatasetReport {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetNotes.class);

  /** Opening says few things. */
  private static final int MOST_EARLY = 100;

  private final Consumer<String> progress;
  private final List<String> early = new ArrayList<>();
  private Optional<Consumer<String>> listener = Optional.empty();

  /**
   * Without a listener yet.
   *
   * @param progress hears how far opening is; from any thread
   */
  DatasetNotes(Consumer<String> progress) {
    this.progress = progress;
  }

  @Override
  public void progress(String text) {
    progress.accept(text);
  }

  @Override
  public synchronized void note(String note) {
    LOG.warn(note);
    if (listener.isPresent()) {
      listener.get().accept(note);
    } else if (early.size() < MOST_EARLY) {
      early.add(note);
    }
  }

  /** From now on this one hears. */
  synchronized void listen(Consumer<String> hearing) {
    early.forEach(hearing);
    early.clear();
    listener = Optional.of(hearing);
  }
}
