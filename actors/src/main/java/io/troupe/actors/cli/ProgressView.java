package io.troupe.actors.cli;

import io.troupe.actors.run.Status;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The screen of a training command: lines that stay, and below them how training proceeds. On a
 * terminal that is a bar with figures which is painted over; in a log a line from time to time, and
 * all lines begin with the time.
 */
final class ProgressView {
  private static final int POLL_MILLIS = 500;
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final String UP = "\u001b[%dA";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintWriter screen;
  private final boolean quiet;
  private final int columns;
  private final Thread thread = new Thread(this::poll, "troupe-progress");
  private Supplier<CompletionStage<Status>> status;
  private long startNanos;
  private long nextLine = System.nanoTime();
  private String lastNews = "";
  private int painted;

  /**
   * A screen.
   *
   * @param quiet to show nothing
   * @param columns the terminal's width; 0 for a log
   */
  ProgressView(PrintWriter screen, boolean quiet, int columns) {
    this.screen = screen;
    this.quiet = quiet;
    this.columns = columns;
  }

  /** The width of the terminal that the launcher found; 0 without one, or if lines are wanted. */
  static int columns(boolean plain) {
    return plain ? 0 : Screen.columns().orElse(0);
  }

  /**
   * Starts to show progress.
   *
   * @param present asks for the present status
   */
  void follow(Supplier<CompletionStage<Status>> present) {
    status = present;
    startNanos = System.nanoTime();
    if (!quiet) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Seconds since the showing began, pauses included. */
  double elapsedSeconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private void poll() {
    try {
      while (true) {
        try {
          show(new ProgressText(status.get().toCompletableFuture().get()));
        } catch (ExecutionException | RuntimeException | OutOfMemoryError e) {
          // No status: the run is ending, or it is busy and the next poll will tell.
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** Shows how training proceeds now. */
  synchronized void show(ProgressText text) {
    if (columns > 0) {
      // A line as wide as the terminal would wrap.
      paint(text.lines(columns - 1));
    } else if (System.nanoTime() - nextLine >= 0 && !text.news().equals(lastNews)) {
      nextLine = System.nanoTime() + LINE_NANOS;
      lastNews = text.news();
      print(text.line());
    }
    screen.flush();
  }

  /**
   * Paints lines over those that were painted last; the cursor stays at the end of the last one.
   */
  private void paint(List<String> lines) {
    clear();
    screen.print(String.join("\n", lines));
    painted = lines.size();
  }

  private void clear() {
    if (painted > 1) {
      screen.print(UP.formatted(painted - 1));
    }
    if (painted > 0) {
      screen.print("\r" + CLEAR_BELOW);
    }
    painted = 0;
  }

  /** Shows how far a start is, until something else is shown; in a log from time to time. */
  synchronized void starting(String text) {
    if (quiet) {
      return;
    }
    if (columns > 0) {
      paint(List.of(text.substring(0, Math.min(columns - 1, text.length()))));
    } else if (System.nanoTime() - nextLine >= 0) {
      nextLine = System.nanoTime() + LINE_NANOS;
      print(text);
    }
    screen.flush();
  }

  /** Takes away what was painted last. */
  synchronized void erase() {
    clear();
    screen.flush();
  }

  /** A line that stays: a name, which may be empty, and what is said under it. */
  synchronized void say(String name, Object value) {
    if (!quiet) {
      clear();
      print("%-12s%s".formatted(name, value));
      screen.flush();
    }
  }

  private void print(String line) {
    screen.println(
        columns > 0
            ? line
            : "%s  %s".formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS), line));
  }

  /** Ends the showing; what was painted last stays. */
  void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
    if (painted > 0) {
      screen.println();
      screen.flush();
    }
    painted = 0;
  }
}
