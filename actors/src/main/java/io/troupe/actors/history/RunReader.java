package io.troupe.actors.history;

import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a run's journal and settings, and remembers what was read last until a file changes.
 * Thread-safe.
 */
final class RunReader {
  private static final Logger LOG = LoggerFactory.getLogger(RunReader.class);

  /** Bytes of journals for which nobody waits; shorter ones are read in some milliseconds. */
  private static final int LONG_JOURNAL = 1 << 17;

  private record Stamp(long bytes, Instant at) {}

  private record Remembered<T>(Stamp of, T value) {}

  private final RunDirectory directory;
  private final JournalCache journals;
  private final Executor executor;
  private final AtomicBoolean reading = new AtomicBoolean();
  private volatile Remembered<JournalFacts> facts;
  private volatile Remembered<RunConfig> config;

  /**
   * A reader that has read nothing.
   *
   * @param executor reads long journals
   */
  RunReader(RunDirectory directory, JournalCache journals, Executor executor) {
    this.directory = directory;
    this.journals = journals;
    this.executor = executor;
  }

  /** Where the files are. */
  RunDirectory directory() {
    return directory;
  }

  /** What the journal says as a whole. */
  JournalFacts facts() throws IOException {
    Optional<RunFiles.Listed> file = RunFiles.listed(directory.events());
    if (file.isEmpty()) {
      return JournalFacts.NONE;
    }
    Stamp stamp = stamp(file.get());
    Remembered<JournalFacts> before = facts;
    if (before != null && before.of().equals(stamp)) {
      return before.value();
    }
    JournalFacts read = ask(Journal::facts).orElse(JournalFacts.NONE);
    facts = new Remembered<>(stamp, read);
    return read;
  }

  private static Stamp stamp(RunFiles.Listed file) {
    return new Stamp(file.bytes(), file.at());
  }

  /**
   * The same, at once: while a long journal has not been read, by its end. It is read meanwhile.
   */
  JournalFacts factsAtOnce() throws IOException {
    Optional<RunFiles.Listed> file = RunFiles.listed(directory.events());
    Remembered<JournalFacts> before = facts;
    if (file.isEmpty()
        || file.get().bytes() < LONG_JOURNAL
        || (before != null
            && (before.of().equals(stamp(file.get())) || journals.holds(directory.events())))) {
      return facts();
    }
    if (reading.compareAndSet(false, true)) {
      executor.execute(this::readAll);
    }
    return JournalGlance.of(directory.events());
  }

  private void readAll() {
    try {
      facts();
    } catch (IOException e) {
      LOG.debug("{} cannot be read: {}", directory.events(), e.toString()); // As a summary says.
    } finally {
      reading.set(false);
    }
  }

  /** The settings in config.conf. */
  RunConfig config() {
    Stamp stamp;
    try {
      stamp =
          RunFiles.listed(directory.config())
              .map(RunReader::stamp)
              .orElse(new Stamp(-1, Instant.EPOCH));
    } catch (IOException e) {
      stamp = new Stamp(-2, Instant.now()); // The reader will say what is wrong.
    }
    Remembered<RunConfig> before = config;
    if (before != null && before.of().equals(stamp)) {
      return before.value();
    }
    RunConfig read = RunConfig.read(directory.config());
    config = new Remembered<>(stamp, read);
    return read;
  }

  /** An answer of the journal; empty if there is none. */
  <T> Optional<T> ask(Function<Journal, T> question) throws IOException {
    if (RunFiles.listed(directory.events()).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(journals.ask(directory.events(), question));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // Gone since a moment ago.
    }
  }
}
