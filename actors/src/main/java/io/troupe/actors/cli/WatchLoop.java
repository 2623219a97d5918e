package io.troupe.actors.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/**
 * Shows a picture on a whole terminal and draws again what has changed of it, until it is the last
 * one or somebody leaves; then the terminal is as it was before.
 */
final class WatchLoop {
  /** A picture of a size, and whether it is the last one. */
  record Picture(List<String> lines, boolean last) {}

  /** Makes pictures. */
  @FunctionalInterface
  interface Painter {
    Picture paint(int width, int height) throws CliException, IOException;
  }

  private static final int WAIT_MILLIS = 100;

  private final Terminal terminal;
  private final Painter painter;
  private final int pauseMillis;
  private final AtomicBoolean left = new AtomicBoolean();
  private final AtomicBoolean resized = new AtomicBoolean();

  /**
   * A loop that has not begun.
   *
   * @param pauseMillis between two pictures
   */
  WatchLoop(Terminal terminal, Painter painter, int pauseMillis) {
    this.terminal = terminal;
    this.painter = painter;
    this.pauseMillis = pauseMillis;
  }

  /** Shows pictures until the last one, or until q, Ctrl-C or Ctrl-D. */
  void run() throws CliException, IOException {
    Attributes before = terminal.enterRawMode();
    Thread restorer = new Thread(() -> restore(before), "troupe-restore");
    Runtime.getRuntime().addShutdownHook(restorer);
    terminal.handle(Terminal.Signal.INT, signal -> left.set(true));
    terminal.handle(Terminal.Signal.WINCH, signal -> resized.set(true));
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    try {
      show();
    } finally {
      restore(before);
      removeHook(restorer);
    }
  }

  private void show() throws CliException, IOException {
    Display display = new Display(terminal, true);
    Size size = new Size();
    resized.set(true);
    while (!left.get()) {
      if (resized.getAndSet(false)) {
        size = terminal.getSize();
        display.clear();
        display.resize(size.getRows(), size.getColumns());
      }
      Picture picture = painter.paint(size.getColumns(), size.getRows());
      if (picture.last()) {
        return;
      }
      display.update(styled(picture.lines()), 0);
      await();
    }
  }

  /** For the display, which keeps the list and changes it when it scrolls. */
  private static List<AttributedString> styled(List<String> lines) {
    return IntStream.range(0, lines.size())
        .mapToObj(
            row ->
                new AttributedString(
                    lines.get(row), row == 0 ? AttributedStyle.BOLD : AttributedStyle.DEFAULT))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** Waits for the next picture, or until somebody leaves or changes the size. */
  private void await() throws IOException {
    for (int waited = 0; waited < pauseMillis && !left.get() && !resized.get(); ) {
      int wait = Math.min(WAIT_MILLIS, pauseMillis - waited);
      int key = terminal.reader().read(wait);
      waited += wait;
      if (key == 'q' || key == 'Q' || key == 3 || key == 4 || key == -1) {
        left.set(true);
      }
    }
  }

  private void restore(Attributes before) {
    synchronized (terminal) {
      terminal.puts(Capability.cursor_normal);
      terminal.puts(Capability.exit_ca_mode);
      terminal.setAttributes(before);
      terminal.flush();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook does the same once more.
    }
  }
}
