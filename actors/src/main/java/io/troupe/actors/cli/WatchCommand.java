package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.history.RunSummary;
import io.troupe.actors.history.RunSummary.State;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows a run live on the whole terminal. */
@Command(
    name = "watch",
    description = {
      "Shows a run live: progress, time left, curves of losses and scores, events. q or Ctrl-C leaves;"
          + " the run goes on.",
      "For a run without a daemon it prints one screen and ends. Without RUN: the only run with a"
          + " daemon or, if there is none, the newest run."
    },
    footer = {"  troupe watch", "  troupe watch demo-2"})
final class WatchCommand extends CliCommand {
  private static final int WIDTH = 80;
  private static final int HEIGHT = 24;
  private static final int NARROWEST = 40;
  private static final int LOWEST = 8;
  private static final int PAUSE_MILLIS = 1000;
  private static final String LIVE = "q or Ctrl-C leaves; the run goes on";
  private static final String STILL = "the run goes on; this is how it was";

  @Mixin private RunArgument run;

  @Override
  public Integer call() throws CliException, InterruptedException {
    RunHistory history = run.shown();
    OptionalInt columns = Screen.columns();
    try (RecentEvents events = new RecentEvents(history.directory().events())) {
      if (columns.isEmpty()) {
        say("troupe: the output is not a terminal, so this is a single picture");
        print(paint(history, events, WIDTH, HEIGHT, STILL).lines());
        return 0;
      }
      if (history.summary().alive()) {
        follow(history, events);
      }
      // What there is to see stays on the screen.
      int rows = Screen.rows().orElse(HEIGHT) - 1;
      print(paint(history, events, columns.getAsInt(), rows, STILL).lines());
      return 0;
    } catch (IOException e) {
      throw new CliException(
          "cannot show %s: %s".formatted(history.directory().root(), IoReason.of(e)));
    }
  }

  private void follow(RunHistory history, RecentEvents events) throws CliException, IOException {
    try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
        say("troupe: this terminal cannot be redrawn, so this is a single picture");
        return;
      }
      new WatchLoop(
              terminal,
              (width, height) -> paint(history, events, width, height, LIVE),
              PAUSE_MILLIS)
          .run();
    }
  }

  private static WatchLoop.Picture paint(
      RunHistory history, RecentEvents events, int width, int height, String ofLiving)
      throws IOException {
    RunSummary summary = history.summary(status(history));
    String foot = summary.alive() ? ofLiving : "no daemon is running on it any more";
    List<String> lines =
        new WatchScreen(
                Math.max(NARROWEST, width),
                Math.max(LOWEST, height),
                ZoneId.systemDefault(),
                Instant.now())
            .lines(
                summary,
                history.curves(WatchScreen.points(width), 0, Long.MAX_VALUE),
                events.newest(),
                foot);
    return new WatchLoop.Picture(
        lines.stream().limit(height).map(line -> Figures.cut(line, width)).toList(),
        !summary.alive());
  }

  /** What the daemon says; the files tell nearly as much while it says nothing, or only to wait. */
  private static Optional<JsonNode> status(RunHistory history) {
    RunSummary summary = history.summary();
    try {
      return summary.alive() && summary.state() != State.STARTING
          ? Optional.of(RunChoice.client(history.directory()).status())
          : Optional.empty();
    } catch (ControlException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private void print(List<String> lines) {
    PrintWriter screen = screen();
    lines.forEach(line -> screen.println(line.stripTrailing()));
    screen.flush();
  }

  private void say(String text) {
    PrintWriter errors = errors();
    errors.println(text);
    errors.flush();
  }
}
