package io.troupe.actors.history;

import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The runs below a folder, or one run alone. A folder is a run if it holds events.jsonl,
 * config.conf or daemon.id; runs lie up to {@link #DEPTH} folders deep, and not within one another.
 * Thread-safe.
 */
public final class RunCatalogue {
  /** How deep runs may lie below the folder. */
  public static final int DEPTH = 4;

  /** Runs of one catalogue; those beyond are left out. */
  public static final int MOST_RUNS = 10_000;

  private static final int MOST_FOLDERS = 100_000;
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Between two scans for ids that are not known, so that asking for any costs little. */
  private static final long MISS_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Path folder;
  private final boolean single;
  private final LongSupplier nanos;
  private final Executor reader;
  private final JournalCache journals = new JournalCache();
  private Map<String, RunHistory> runs = new LinkedHashMap<>();
  private boolean scanned;
  private long scannedAt;
  private long missedAt;
  private boolean complete;

  private RunCatalogue(Path folder, boolean single, LongSupplier nanos, Executor reader) {
    this.reader = reader;
    this.folder = folder;
    this.single = single;
    this.nanos = nanos;
    missedAt = nanos.getAsLong() - MISS_NANOS;
  }

  /** The runs below a folder, which need not be there yet; or it alone, if it is a run. */
  public static RunCatalogue below(Path folder) {
    return below(folder, System::nanoTime, new BackgroundReader());
  }

  static RunCatalogue below(Path folder, LongSupplier nanos, Executor reader) {
    return new RunCatalogue(folder, false, nanos, reader);
  }

  /** One run, whether its files are there yet or not; its id is its folder's name. */
  public static RunCatalogue of(RunDirectory run) {
    return new RunCatalogue(run.root(), true, System::nanoTime, new BackgroundReader());
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /**
   * All runs, in the order of their paths.
   *
   * @throws IOException if the folder is there and cannot be read
   */
  public synchronized List<RunHistory> runs() throws IOException {
    if (!scanned || nanos.getAsLong() - scannedAt > FRESH_NANOS) {
      scan();
    }
    return List.copyOf(runs.values());
  }

  /** Whether {@link #runs} left none out. */
  public synchronized boolean isComplete() {
    return complete;
  }

  /**
   * A run by its id, the path below the folder with {@code ~} for each {@code /}. One that is not
   * known is looked for at once, a few times a second at most: it may have begun just now.
   *
   * @throws IOException as {@link #runs}
   */
  public synchronized Optional<RunHistory> find(String id) throws IOException {
    RunHistory known = scanned ? runs.get(id) : null;
    if (known != null && (single || isRun(known.directory().root()))) {
      return Optional.of(known);
    }
    if (nanos.getAsLong() - missedAt >= MISS_NANOS) {
      scan();
      missedAt = scannedAt;
    } else {
      runs();
    }
    return Optional.ofNullable(runs.get(id));
  }

  /** How many journals are held in memory. */
  int journals() {
    return journals.size();
  }

  private void scan() throws IOException {
    List<Path> found = new ArrayList<>();
    complete = true;
    if (single || isRun(folder)) {
      found.add(folder);
    } else if (Files.isDirectory(folder)) {
      Set<Object> seen = new HashSet<>();
      seen.add(key(folder));
      scan(folder, DEPTH, found, seen);
    }
    found.sort(null);
    Map<String, RunHistory> now = new LinkedHashMap<>();
    for (Path path : found) {
      String base = id(path);
      String id = base;
      // Folders a~b and a/b.
      for (int n = 2; now.containsKey(id); n++) {
        id = base + "~~" + n;
      }
      RunHistory before = runs.get(id);
      now.put(
          id,
          before != null && before.directory().root().equals(path)
              ? before
              : new RunHistory(id, new RunReader(new RunDirectory(path), journals, reader)));
    }
    runs = now;
    scanned = true;
    scannedAt = nanos.getAsLong();
  }

  private void scan(Path in, int depth, List<Path> found, Set<Object> seen) throws IOException {
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(in)) {
      for (Path entry : entries) {
        if (!entry.getFileName().toString().startsWith(".") && Files.isDirectory(entry)) {
          folders.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (IOException e) {
      if (in.equals(folder)) {
        throw e;
      }
      return; // Gone meanwhile, or not ours to read.
    }
    // A run is called by its own path, and by a link's only if there is no other.
    folders.sort(Comparator.comparing(Files::isSymbolicLink).thenComparing(Function.identity()));
    for (Path each : folders) {
      if (found.size() == MOST_RUNS || seen.size() == MOST_FOLDERS) {
        complete = false;
        return;
      }
      // A folder may be linked to by several names.
      if (!seen.add(key(each))) {
        continue;
      }
      if (isRun(each)) {
        found.add(each);
      } else if (depth > 1) {
        scan(each, depth - 1, found, seen);
      }
    }
  }

  private static Object key(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }

  private static boolean isRun(Path path) {
    RunDirectory directory = new RunDirectory(path);
    return Stream.of(directory.events(), directory.config(), directory.id())
        .anyMatch(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
  }

  private String id(Path run) {
    if (run.equals(folder)) {
      Path name = run.toAbsolutePath().normalize().getFileName();
      return name == null ? "run" : name.toString();
    }
    return folder.relativize(run).toString().replace('/', '~');
  }
}
