package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.junit.jupiter.api.Test;

/** What a terminal gets. */
final class WatchLoopTest {
  private static final String ENTER = "\u001b[?1049h";
  private static final String LEAVE = "\u001b[?1049l";
  private static final String HIDE = "\u001b[?25l";
  private static final String SHOW = "\u001b[?25h";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<String> sizes = new ArrayList<>();

  private Terminal terminal(InputStream in) throws Exception {
    Terminal terminal =
        TerminalBuilder.builder()
            .system(false)
            .streams(in, out)
            .type("xterm-256color")
            .encoding(UTF_8)
            .size(new Size(80, 24))
            .build();
    terminal.setSize(new Size(80, 24));
    return terminal;
  }

  private WatchLoop.Picture picture(int width, int height, String text, boolean last) {
    sizes.add(width + "x" + height);
    List<String> lines = new ArrayList<>(List.of(text));
    while (lines.size() < height) {
      lines.add("unchanged");
    }
    return new WatchLoop.Picture(lines, last);
  }

  @Test
  void theTerminalIsAsBeforeWhenTheRunEnds() throws Exception {
    try (Terminal terminal = terminal(new PipedInputStream(new PipedOutputStream()))) {
      Attributes before = terminal.getAttributes();
      List<String> texts = new ArrayList<>(List.of("picture A", "picture B", "picture C"));

      new WatchLoop(
              terminal,
              (width, height) -> picture(width, height, texts.remove(0), texts.isEmpty()),
              1)
          .run();

      String sent = out.toString(UTF_8);
      assertThat(sent).containsSubsequence(ENTER, HIDE, "picture A", "B", SHOW, LEAVE);
      assertThat(sent).doesNotContain("picture C");
      // Drawn anew is only what has changed.
      assertThat(sent.split("unchanged", -1)).hasSize(24);
      assertThat(sizes).containsExactly("80x24", "80x24", "80x24");
      assertThat(terminal.getAttributes().toString()).isEqualTo(before.toString());
    }
  }

  @Test
  void linesThatMoveUpAreScrolled() throws Exception {
    try (Terminal terminal = terminal(new PipedInputStream(new PipedOutputStream()))) {
      List<Integer> firsts = new ArrayList<>(List.of(1, 2, 4, 0));

      new WatchLoop(
              terminal,
              (width, height) -> {
                int first = firsts.remove(0);
                return new WatchLoop.Picture(
                    IntStream.range(first, first + height).mapToObj("event %d"::formatted).toList(),
                    firsts.isEmpty());
              },
              1)
          .run();

      String sent = out.toString(UTF_8);
      assertThat(sent).contains("event 27").contains(LEAVE);
      assertThat(sent.split("event 20", -1)).as("drawn once and then moved").hasSize(2);
    }
  }

  @Test
  void aKeyLeaves() throws Exception {
    try (Terminal terminal = terminal(new ByteArrayInputStream("xq".getBytes(UTF_8)))) {
      new WatchLoop(terminal, (width, height) -> picture(width, height, "A", false), 1000).run();
      assertThat(sizes).hasSize(1);
      assertThat(out.toString(UTF_8)).contains(LEAVE);
    }
  }

  @Test
  void ctrlCLeavesAndNewSizesAreDrawn() throws Exception {
    try (Terminal terminal = terminal(new PipedInputStream(new PipedOutputStream()))) {
      new WatchLoop(
              terminal,
              (width, height) -> {
                WatchLoop.Picture picture = picture(width, height, "A", false);
                if (sizes.size() == 1) {
                  terminal.setSize(new Size(100, 30));
                  terminal.raise(Terminal.Signal.WINCH);
                } else {
                  terminal.raise(Terminal.Signal.INT);
                }
                return picture;
              },
              1000)
          .run();
      assertThat(sizes).containsExactly("80x24", "100x30");
      assertThat(out.toString(UTF_8)).contains(LEAVE);
    }
  }
}
