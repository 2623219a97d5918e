package io.troupe.actors.view;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What the server has done by child processes of the launcher: pictures and exports of checkpoints,
 * and starts of daemons. Few run at a time, the others wait; the newest are remembered. All end
 * with the server, but for daemons that have started. Thread-safe.
 */
public final class Jobs implements AutoCloseable {
  /** Of each kind, makers and starters, so that a start does not wait for pictures. */
  private static final int AT_A_TIME = 2;

  private static final int MOST_UNFINISHED = 16;
  private static final int MOST_REMEMBERED = 100;
  private static final int MOST_OUTPUT = 16 * 1024;
  private static final int LONGEST_MESSAGE = 2000;
  private static final int GOODBYE_SECONDS = 5;
  private static final Path NICE = Path.of("/usr/bin/nice");

  /** How far a job is; one that waits for others counts as running. */
  public enum State {
    RUNNING,
    DONE,
    FAILED;

    /** As JSON has it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What is to be done.
   *
   * @param run id of the run that it is about
   * @param kind sample, export, branch or start
   * @param text what it is, in words
   * @param arguments of the launcher
   * @param beside whether it computes beside training, and so with low priority
   * @param file address of what it makes
   * @param made id of the run that it begins
   */
  public record Order(
      String run,
      String kind,
      String text,
      List<String> arguments,
      boolean beside,
      Optional<String> file,
      Optional<String> made) {}

  /**
   * A job.
   *
   * @param message of a finished one: what its process said
   * @param file address of what it has made
   * @param madeRun id of the run that it has begun, if this server has it
   */
  public record Job(
      String job,
      String kind,
      String text,
      State state,
      Instant startedAt,
      String message,
      Optional<String> file,
      Optional<String> madeRun) {
    /** The same for a server that has not the run that it has begun. */
    Job withoutRun() {
      return new Job(job, kind, text, state, startedAt, message, file, Optional.empty());
    }
  }

  /** A job was taken up. */
  public record Taken(String job, CompletableFuture<Job> end) {}

  private static final class Entry {
    private final String id;
    private final Order order;
    private final Instant since = Instant.now();
    private final CompletableFuture<Job> end = new CompletableFuture<>();
    private State state = State.RUNNING;
    private String message = "It waits for other jobs to end.";
    private Process process;

    Entry(String id, Order order) {
      this.id = id;
      this.order = order;
    }

    boolean isFinished() {
      return state != State.RUNNING;
    }

    Job job() {
      boolean done = state == State.DONE;
      return new Job(
          id,
          order.kind(),
          order.text(),
          state,
          since,
          message,
          done ? order.file() : Optional.empty(),
          done ? order.made() : Optional.empty());
    }
  }

  private final Optional<String> launcher;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private final ExecutorService makers = threads("troupe-job");
  private final ExecutorService starters = threads("troupe-start");
  private long last;
  private boolean closed;

  /**
   * No jobs yet.
   *
   * @param launcher the program to run; without it there are no jobs
   */
  public Jobs(Optional<String> launcher) {
    this.launcher = launcher;
  }

  /** Jobs by the launcher that this process was started by. */
  public static Jobs ofThisProcess() {
    return new Jobs(Optional.ofNullable(System.getProperty("troupe.launcher")));
  }

  private static ExecutorService threads(String name) {
    return Executors.newFixedThreadPool(
        AT_A_TIME,
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Takes a job up.
   *
   * @throws IllegalStateException if it cannot: there is no launcher, or too much to do already
   */
  public synchronized Taken take(Order order) {
    if (launcher.isEmpty()) {
      throw new IllegalStateException(
          "Without the launcher scripts/troupe this cannot be done from here.");
    }
    long unfinished = entries.stream().filter(entry -> !entry.isFinished()).count();
    if (closed || unfinished >= MOST_UNFINISHED) {
      throw new IllegalStateException(
          "%d jobs are not done yet; ask again when some are.".formatted(unfinished));
    }
    last++;
    Entry entry = new Entry(Long.toString(last), order);
    entries.addFirst(entry);
    forgetOld();
    (order.beside() ? makers : starters).execute(() -> run(entry));
    return new Taken(entry.id, entry.end);
  }

  private void forgetOld() {
    Iterator<Entry> oldest = entries.descendingIterator();
    while (entries.size() > MOST_REMEMBERED && oldest.hasNext()) {
      if (oldest.next().isFinished()) {
        oldest.remove();
      }
    }
  }

  /** The jobs of a run, the newest first. */
  public synchronized List<Job> of(String run) {
    return entries.stream().filter(entry -> entry.order.run().equals(run)).map(Entry::job).toList();
  }

  private void run(Entry entry) {
    try {
      Process process = begin(entry);
      String output = tail(process.getInputStream());
      finish(entry, process.waitFor() == 0 ? State.DONE : State.FAILED, message(output));
    } catch (IOException | IllegalStateException e) {
      finish(entry, State.FAILED, "It cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      finish(entry, State.FAILED, "The server ended.");
    }
  }

  private synchronized Process begin(Entry entry) throws IOException {
    if (closed) {
      throw new IllegalStateException("the server has ended");
    }
    List<String> command = new ArrayList<>();
    if (entry.order.beside() && Files.isExecutable(NICE)) {
      command.addAll(List.of(NICE.toString(), "-n", "10"));
    }
    command.add(launcher.orElseThrow());
    command.addAll(entry.order.arguments());
    entry.process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .start();
    entry.message = "";
    return entry.process;
  }

  private void finish(Entry entry, State state, String message) {
    Job job;
    synchronized (this) {
      entry.state = state;
      entry.message = message;
      entry.process = null;
      job = entry.job();
    }
    entry.end.complete(job);
  }

  /** The last of what a process says, read to its end. */
  private static String tail(InputStream in) throws IOException {
    byte[] kept = new byte[0];
    byte[] part = new byte[8192];
    for (int length = in.read(part); length >= 0; length = in.read(part)) {
      int before = Math.min(kept.length, MOST_OUTPUT - length);
      byte[] joined = new byte[before + length];
      System.arraycopy(kept, kept.length - before, joined, 0, before);
      System.arraycopy(part, 0, joined, before, length);
      kept = joined;
    }
    return new String(kept, StandardCharsets.UTF_8);
  }

  /** What a command says at its end: its error, else all its lines. */
  private static String message(String output) {
    int error = output.lastIndexOf("troupe: ");
    String text = error >= 0 ? output.substring(error + "troupe: ".length()) : output;
    text = text.strip();
    return text.substring(0, Math.min(LONGEST_MESSAGE, text.length()));
  }

  /** Ends all jobs. */
  @Override
  public void close() {
    List<Process> running;
    synchronized (this) {
      closed = true;
      running =
          entries.stream().filter(entry -> entry.process != null).map(one -> one.process).toList();
    }
    makers.shutdown();
    starters.shutdown();
    running.forEach(Process::destroy);
    for (Process process : running) {
      try {
        if (!process.waitFor(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
      }
    }
  }
}
