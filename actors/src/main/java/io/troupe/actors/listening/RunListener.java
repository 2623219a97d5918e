package io.troupe.actors.listening;

import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Something that listens to a run and makes something of its events. Found by {@link
 * java.util.ServiceLoader}: a line with the class's name in a file {@code
 * META-INF/services/io.troupe.actors.listening.RunListener} is all that it takes. A daemon makes
 * one of each, and an actor with a thread of its own calls it.
 *
 * <p>Events are read from the run's journal, every few seconds and once more when the daemon ends:
 * nobody waits for a listener, and one that is slow or fails for a while hears everything later.
 * While it fails, status, health and monitoring name it, and training goes on.
 */
public interface RunListener extends Closeable {
  /** As status, health and monitoring call it: lower-case letters and digits with hyphens. */
  String name();

  /** Whether a run with such settings is to be listened to; asked when its daemon starts. */
  default boolean isWanted(RunSettings settings) {
    return true;
  }

  /**
   * All events of the run will come, from the first one that was ever told. Called before the first
   * {@link #hear}, and again when the journal has become another one.
   *
   * @throws IOException if it cannot be done now; it is tried again later
   */
  void begin(RunDirectory directory, RunSettings settings) throws IOException;

  /**
   * The next events, in their order.
   *
   * @throws IOException if it cannot be done now; the same events come again later, perhaps with
   *     more, so that nothing of them should be left done
   */
  void hear(List<JournalEvent> events) throws IOException;

  /** All events of the present were heard; called each time before it waits for new ones. */
  default void caughtUp() throws IOException {}

  /**
   * Whether it needs all events anew, because what it had made of them is gone: then {@link #begin}
   * is called again. Asked each time before events are read.
   */
  default boolean isOutdated() {
    return false;
  }

  /** The daemon ends. */
  @Override
  default void close() throws IOException {}
}
