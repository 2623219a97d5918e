package io.troupe.actors.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to hold a run: exclusive locks on two files of its folder, which the system takes back
 * when the process ends, however it ends. A file that somebody deletes is made and locked anew
 * within a second, and until then the other one keeps the run. Locks are on files and not on names,
 * so other names of the folder are the same run.
 */
public final class RunLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
  private static final Duration WATCH_PAUSE = Duration.ofSeconds(1);

  /** Locked by those who look whether a daemon lives; a daemon waits for them. */
  private static final long SIGN = 0;

  /** Locked by daemons only, so that who looks cannot turn a daemon away. */
  private static final long RIGHT = 1;

  /**
   * The files that this process has locked. None of them may be opened again: POSIX gives all locks
   * of a process on a file back when the process closes that file for the first time.
   */
  private static final Set<Object> OURS = new HashSet<>();

  private static final class Locked {
    private final Path file;
    private final String content;
    private FileChannel channel;
    private Object key;

    Locked(Path file, String content) {
      this.file = file;
      this.content = content;
    }

    boolean lock() throws IOException {
      Optional<Object> present = key(file);
      if (present.isPresent() && OURS.contains(present.get())) {
        return present.get().equals(key);
      }
      FileChannel opened =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (opened.tryLock(RIGHT, 1, false) == null) {
          opened.close();
          return false;
        }
        opened.lock(SIGN, 1, false);
        opened.truncate(0);
        opened.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII)), 0);
        opened.force(true);
      } catch (IOException e) {
        opened.close();
        throw e;
      }
      unlock();
      channel = opened;
      key = key(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
      OURS.add(key);
      return true;
    }

    boolean isKept() throws IOException {
      return channel != null && key(file).equals(Optional.of(key));
    }

    void unlock() throws IOException {
      if (channel != null) {
        channel.close();
        OURS.remove(key);
        channel = null;
      }
    }
  }

  private final List<Locked> files;
  private final Path root;
  private final Path pid;
  private Optional<Object> folder = Optional.empty();
  private Optional<Lookout> lookout = Optional.empty();
  private boolean lost;
  private boolean moved;

  private RunLock(RunDirectory directory) {
    root = directory.root();
    pid = directory.pid();
    String process = ProcessHandle.current().pid() + "\n";
    files = List.of(new Locked(directory.lock(), ""), new Locked(pid, process));
  }

  /**
   * Locks a run directory and writes this process's id, or nothing if another daemon holds it.
   *
   * @throws IOException also if the file system has no locks
   */
  public static Optional<RunLock> tryLock(RunDirectory directory) throws IOException {
    synchronized (OURS) {
      RunLock lock = new RunLock(directory);
      for (Locked file : lock.files) {
        if (!file.lock()) {
          // Another may have one of them for a moment only, and lack the other.
          lock.unlock();
          return Optional.empty();
        }
      }
      lock.folder = lock.folderKey();
      return Optional.of(lock);
    }
  }

  private Optional<Object> folderKey() throws IOException {
    try {
      return Optional.ofNullable(Files.readAttributes(root, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Whether a daemon holds a run directory. */
  public static boolean isHeld(RunDirectory directory) throws IOException {
    synchronized (OURS) {
      return isLocked(directory.lock()) || isLocked(directory.pid());
    }
  }

  private static boolean isLocked(Path file) throws IOException {
    Optional<Object> key = key(file);
    if (key.isEmpty() || OURS.contains(key.get())) {
      return key.isPresent();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(SIGN, 1, true)) {
      return lock == null;
    } catch (NoSuchFileException e) {
      return false; // Deleted at this moment.
    }
  }

  private static Optional<Object> key(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        // To open a pipe would wait for whoever is at its other end.
        throw new IOException(file + " is not a regular file");
      }
      Object key = attributes.fileKey();
      return Optional.of(key == null ? file.toRealPath() : key);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Makes files that are deleted anew.
   *
   * @param onLost is run once if another daemon has locked a new file before, or if the folder was
   *     moved or deleted
   */
  public void keep(Runnable onLost) {
    Lookout started = new Lookout("troupe-run-lock", WATCH_PAUSE, () -> look(onLost));
    lookout = Optional.of(started);
    started.start();
  }

  private void look(Runnable onLost) {
    if (!check()) {
      lookout.orElseThrow().close();
      onLost.run();
    }
  }

  /**
   * Locks again what is not there any more; says whether this process still holds the run as it
   * was. If the whole folder is not there any more, an empty one is made in its place and locked,
   * for what the run still has to write.
   */
  boolean check() {
    synchronized (OURS) {
      boolean any = false;
      try {
        // Some file systems give a folder another key now and then, but not its files too.
        if (noneIsKept() && !folderKey().equals(folder)) {
          LOG.warn("{} was moved or deleted", root);
          moved = true;
          Files.createDirectories(root);
        }
      } catch (IOException e) {
        LOG.warn("cannot see whether {} is there, tried once more soon: {}", root, e.toString());
        return true;
      }
      for (Locked file : files) {
        try {
          any |= file.isKept() || file.lock();
        } catch (IOException e) {
          LOG.warn("cannot lock {} again, tried once more soon: {}", file.file, e.toString());
          any = true;
        }
      }
      lost = !any;
      return any && !moved;
    }
  }

  private boolean noneIsKept() throws IOException {
    for (Locked file : files) {
      if (file.isKept()) {
        return false;
      }
    }
    return true;
  }

  /** Whether another daemon has taken the run after somebody deleted all files of the lock. */
  public boolean isLost() {
    synchronized (OURS) {
      return lost;
    }
  }

  /** Gives the right back and removes the pid file. */
  @Override
  public void close() throws IOException {
    lookout.ifPresent(Lookout::close);
    synchronized (OURS) {
      if (!lost) {
        Files.deleteIfExists(pid);
      }
      unlock();
    }
  }

  private void unlock() throws IOException {
    for (Locked file : files) {
      file.unlock();
    }
  }
}
