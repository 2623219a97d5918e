package io.troupe.actors.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The journals that were looked at last, as many as fit into a share of the heap. Thread-safe. */
final class JournalCache {
  private static final int HEAP_SHARE = 4;
  private static final int MOST = 256;

  private final long mostBytes;
  private final Map<Path, Held> journals = new LinkedHashMap<>(16, 0.75f, true);

  /** A journal, and how much it held when it was asked last: others do not look into it. */
  private static final class Held {
    private final Journal journal;
    private long bytes;

    Held(Path file) {
      journal = new Journal(file);
    }
  }

  JournalCache() {
    this(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  JournalCache(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * Reads what is new in a journal and asks it something.
   *
   * @throws IOException if it cannot be read
   */
  <T> T ask(Path file, Function<Journal, T> question) throws IOException {
    Held held;
    synchronized (journals) {
      held = journals.computeIfAbsent(file, Held::new);
    }
    synchronized (held.journal) {
      held.journal.refresh();
      T answer = question.apply(held.journal);
      release(file, held, held.journal.bytes());
      return answer;
    }
  }

  /** Lets the journals go that nobody has asked for longest. */
  private void release(Path asked, Held held, long nowBytes) {
    synchronized (journals) {
      held.bytes = nowBytes;
      journals.put(asked, held);
      long bytes = journals.values().stream().mapToLong(each -> each.bytes).sum();
      Iterator<Held> eldest = journals.values().iterator();
      while (eldest.hasNext() && (bytes > mostBytes || journals.size() > MOST)) {
        Held each = eldest.next();
        if (each != held) {
          bytes -= each.bytes;
          eldest.remove();
        }
      }
    }
  }

  /** Whether a journal was looked at lately, so that only what is new needs to be read. */
  boolean holds(Path file) {
    synchronized (journals) {
      return journals.containsKey(file);
    }
  }

  int size() {
    synchronized (journals) {
      return journals.size();
    }
  }
}
