package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.troupe.actors.RunState;
import io.troupe.actors.Status;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how training proceeds: a bar on a terminal, else a line from time to time. */
final class ProgressView {
  private static final int POLL_MILLIS = 500;
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final PrintWriter screen;
  private final int columns;
  private final Supplier<CompletionStage<Status>> status;
  private final Thread thread = new Thread(this::poll, "troupe-progress");
  private Optional<ProgressBar> bar = Optional.empty();
  private long nextLine = System.nanoTime();
  private String lastLine = "";

  private ProgressView(PrintWriter screen, Supplier<CompletionStage<Status>> status) {
    this.screen = screen;
    this.status = status;
    columns = Integer.getInteger("troupe.columns", 0);
  }

  /**
   * Starts to show progress.
   *
   * @param quiet to show nothing
   * @param status asks for the present status
   */
  static ProgressView of(
      boolean quiet, PrintWriter screen, Supplier<CompletionStage<Status>> status) {
    ProgressView view = new ProgressView(screen, status);
    if (!quiet) {
      view.thread.setDaemon(true);
      view.thread.start();
    }
    return view;
  }

  private void poll() {
    try {
      while (true) {
        try {
          show(status.get().toCompletableFuture().get());
        } catch (ExecutionException | RuntimeException | OutOfMemoryError e) {
          // No status: the run is ending, or it is busy and the next poll will tell.
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      bar.ifPresent(ProgressBar::close);
    }
  }

  private void show(Status status) {
    if (columns > 0) {
      showBar(status);
    } else if (System.nanoTime() - nextLine >= 0 && !line(status).equals(lastLine)) {
      nextLine = System.nanoTime() + LINE_NANOS;
      lastLine = line(status);
      screen.println(lastLine);
      screen.flush();
    }
  }

  private void showBar(Status status) {
    if (bar.isEmpty()) {
      bar =
          Optional.of(
              new ProgressBarBuilder()
                  .setTaskName("step")
                  .setInitialMax(status.steps())
                  .startsFrom(status.step(), Duration.ZERO)
                  .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                  .setUpdateIntervalMillis(POLL_MILLIS)
                  // With a width of its own it opens no terminal, which would disable Ctrl-C.
                  .setConsumer(
                      new ConsoleProgressBarConsumer(
                          new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8),
                          columns - 1))
                  .build());
    }
    bar.get().maxHint(status.steps());
    bar.get().stepTo(status.step());
    bar.get().setExtraMessage(figures(status));
  }

  /** A status as one line. */
  static String line(Status status) {
    return "step %d of %d  %s".formatted(status.step(), status.steps(), figures(status)).strip();
  }

  private static String figures(Status status) {
    StringBuilder figures = new StringBuilder();
    // First, so that a narrow terminal shows it; 'status' and the page have the causes.
    if (!status.troubles().isEmpty()) {
      figures.append(
          status.troubles().stream()
              .map(trouble -> trouble.helper().label())
              .collect(Collectors.joining(", ", "failing: ", "  ")));
    }
    if (status.state() != RunState.RUNNING) {
      figures.append(status.state().label()).append("  ");
      // A run whose steps are done may wait for its last scores.
      status
          .evaluationShare()
          .ifPresent(
              share ->
                  figures.append(String.format(Locale.ROOT, "evaluating %.0f %%  ", 100 * share)));
    }
    append(figures, "D %.2f", status.discriminatorLoss());
    append(figures, "G %.2f", status.generatorLoss());
    append(figures, "%.1f images/s", status.imagesPerSecond());
    status.scores().entrySet().stream()
        .filter(score -> !score.getKey().matches(".*_(std|exact)"))
        .forEach(
            score ->
                append(figures, score.getKey() + " %.2f", OptionalDouble.of(score.getValue())));
    return figures.toString().strip();
  }

  private static void append(StringBuilder figures, String format, OptionalDouble value) {
    value.ifPresent(number -> figures.append(String.format(Locale.ROOT, format + "  ", number)));
  }

  /** Ends the showing. */
  void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
