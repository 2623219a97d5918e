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
  private final Map<Path, Journal> journals = new LinkedHashMap<>(16, 0.75f, true);

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
    Journal journal;
    synchronized (journals) {
      journal = journals.computeIfAbsent(file, Journal::new);
    }
    synchronized (journal) {
      journal.refresh();
      T answer = question.apply(journal);
      release(file, journal);
      return answer;
    }
  }

  /** Lets the journals go that nobody has asked for longest. */
  private void release(Path asked, Journal journal) {
    synchronized (journals) {
      journals.put(asked, journal);
      long bytes = journals.values().stream().mapToLong(Journal::bytes).sum();
      Iterator<Map.Entry<Path, Journal>> eldest = journals.entrySet().iterator();
      while (eldest.hasNext() && (bytes > mostBytes || journals.size() > MOST)) {
        Map.Entry<Path, Journal> entry = eldest.next();
        if (entry.getValue() != journal) {
          bytes -= entry.getValue().bytes();
          eldest.remove();
        }
      }
    }
  }

  int size() {
    synchronized (journals) {
      return journals.size();
    }
  }
}
