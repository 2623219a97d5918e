package io.troupe.actors.history;

import io.troupe.actors.run.JournalEntry;
import io.troupe.actors.run.RunEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a journal says of files and settings; of each the newest, as many as a run has. */
final class JournalNotes {
  private static final int MOST = 4096;
  private static final int LONGEST_TEXT = 2000;

  private final Map<Long, String> checksums = bounded();
  private final Map<String, String> pictures = bounded();
  private final Deque<SettingChange> changes = new ArrayDeque<>();

  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MOST;
      }
    };
  }

  void hear(JournalEntry entry) {
    entry.kind().ifPresent(kind -> hear(kind, entry));
  }

  private void hear(RunEvent kind, JournalEntry entry) {
    switch (kind) {
      case CHECKPOINT -> {
        if (!entry.text("sha256").isEmpty()) {
          checksums.put(entry.step("of_step"), shortened(entry.text("sha256")));
        }
      }
      case PICTURES -> {
        String file = entry.text("file");
        String name = file.substring(file.lastIndexOf('/') + 1);
        pictures.put(shortened(name), shortened(entry.text("text")));
      }
      case SETTINGS -> {
        long from = entry.step("from_step");
        changes.addLast(
            new SettingChange(
                entry.time(),
                entry.step(),
                shortened(entry.text("key")),
                shortened(entry.text("from")),
                shortened(entry.text("to")),
                from >= 0 ? OptionalLong.of(from) : OptionalLong.empty()));
        if (changes.size() > MOST) {
          changes.removeFirst();
        }
      }
      default -> {
        // Nothing of files or settings.
      }
    }
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(LONGEST_TEXT, text.length()));
  }

  /** The SHA-256 of each checkpoint's state, by steps. */
  Map<Long, String> checksums() {
    return Map.copyOf(checksums);
  }

  /** What pictures are, by the names of their files. */
  Map<String, String> pictures() {
    return Map.copyOf(pictures);
  }

  /** The changes of settings, oldest first; their values are HOCON. */
  List<SettingChange> changes() {
    return List.copyOf(changes);
  }

  void clear() {
    checksums.clear();
    pictures.clear();
    changes.clear();
  }

  /** A change of one setting, as the journal has it. */
  record SettingChange(
      Optional<Instant> time,
      long step,
      String key,
      String from,
      String to,
      OptionalLong fromStep) {}
}
