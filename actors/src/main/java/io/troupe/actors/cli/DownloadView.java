package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.troupe.data.fetch.Downloader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how a download proceeds: a bar on a terminal, else a line from time to time. */
final class DownloadView implements Downloader.Progress, AutoCloseable {
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int MEGABYTE = 1_000_000;

  private final PrintWriter screen;
  private final String name;
  private final int columns = Integer.getInteger("troupe.columns", 0);
  private Optional<ProgressBar> bar = Optional.empty();
  private long nextLine = System.nanoTime() + LINE_NANOS;

  DownloadView(PrintWriter screen, String name) {
    this.screen = screen;
    this.name = name;
  }

  @Override
  public void at(long bytes, OptionalLong total) {
    if (columns > 0) {
      if (bar.isEmpty()) {
        bar = Optional.of(start(bytes, total));
      }
      bar.get().stepTo(bytes);
    } else if (System.nanoTime() - nextLine >= 0) {
      nextLine = System.nanoTime() + LINE_NANOS;
      screen.println(name + "  " + line(bytes, total));
      screen.flush();
    }
  }

  private ProgressBar start(long bytes, OptionalLong total) {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(total.orElse(-1))
        .startsFrom(bytes, Duration.ZERO)
        .setUnit(" MB", MEGABYTE)
        .setStyle(ProgressBarStyle.UNICODE_BLOCK)
        // With a width of its own it opens no terminal, which would disable Ctrl-C.
        .setConsumer(
            new ConsoleProgressBarConsumer(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8),
                columns - 1))
        .build();
  }

  /** How far a download is, in words. */
  static String line(long bytes, OptionalLong total) {
    return total.isPresent()
        ? "%s of %s".formatted(megabytes(bytes), megabytes(total.getAsLong()))
        : megabytes(bytes);
  }

  /** A size with its unit. */
  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", (double) bytes / MEGABYTE);
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
