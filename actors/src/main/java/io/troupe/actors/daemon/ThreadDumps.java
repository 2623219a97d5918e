package io.troupe.actors.daemon;

import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Where all threads of the process are, as files of a folder: the newest few of them. */
final class ThreadDumps {
  private static final int MOST_FILES = 5;
  private static final int MOST_CHARACTERS = 1 << 20;
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'threads-'yyyyMMdd'-'HHmmss'.txt'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Path folder;

  ThreadDumps(Path folder) {
    this.folder = folder;
  }

  /** Writes a file, and removes those that are too many. */
  Path write(Instant now) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(NAME.format(now));
    AtomicFile.replace(file, text());
    List<Path> oldestFirst;
    try (Stream<Path> files = Files.list(folder)) {
      oldestFirst =
          files
              .filter(one -> one.getFileName().toString().matches("threads-\\d{8}-\\d{6}\\.txt"))
              .sorted(Comparator.comparing(Path::getFileName))
              .toList();
    }
    for (Path old : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - MOST_FILES))) {
      Files.delete(old);
    }
    return file;
  }

  private static String text() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    StringBuilder text = new StringBuilder();
    for (ThreadInfo thread :
        threads.dumpAllThreads(
            threads.isObjectMonitorUsageSupported(), threads.isSynchronizerUsageSupported())) {
      describe(thread, text);
    }
    return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) : text.toString();
  }

  /** ThreadInfo's own text ends after eight frames. */
  private static void describe(ThreadInfo thread, StringBuilder text) {
    text.append('"').append(thread.getThreadName()).append("\" ").append(thread.getThreadState());
    LockInfo lock = thread.getLockInfo();
    if (lock != null) {
      text.append(" on ").append(lock);
      if (thread.getLockOwnerName() != null) {
        text.append(" of \"").append(thread.getLockOwnerName()).append('"');
      }
    }
    text.append(thread.isInNative() ? " (in native code)\n" : "\n");
    StackTraceElement[] frames = thread.getStackTrace();
    for (int i = 0; i < frames.length; i++) {
      text.append("    at ").append(frames[i]).append('\n');
      for (MonitorInfo held : thread.getLockedMonitors()) {
        if (held.getLockedStackDepth() == i) {
          text.append("    - holds ").append(held).append('\n');
        }
      }
    }
    text.append('\n');
  }
}
