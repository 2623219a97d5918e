package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Status;
import io.troupe.actors.run.Trouble;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgressViewTest {
  private static final Map<String, Double> SCORES = new LinkedHashMap<>();

  static {
    SCORES.put("fid", 123.456);
    SCORES.put("fid_exact", 4.1);
    SCORES.put("is", 2.5);
    SCORES.put("is_std", 0.1);
    SCORES.put("precision", 0.71);
    SCORES.put("fd_dl4j", 0.0000123);
  }

  @Test
  void aStartIsPaintedOver() {
    StringWriter screen = new StringWriter();
    ProgressView view = new ProgressView(new PrintWriter(screen), false, 20);
    view.starting("decoded 5 of 9 pictures");
    view.starting("decoded 9");
    view.say("process", 7);
    assertThat(screen.toString().replace(System.lineSeparator(), "\n"))
        .isEqualTo("decoded 5 of 9 pict\r\u001b[Jdecoded 9\r\u001b[Jprocess     7\n");
    StringWriter quiet = new StringWriter();
    new ProgressView(new PrintWriter(quiet), true, 20).starting("decoded 5 of 9 pictures");
    assertThat(quiet.toString()).isEmpty();
  }

  private static Status status(long step, Trouble... troubles) {
    return status(RunState.RUNNING, step, OptionalDouble.empty(), troubles);
  }

  private static Status status(
      RunState state, long step, OptionalDouble evaluation, Trouble... troubles) {
    return new Status(
        "1.2",
        7,
        "demo",
        "float32",
        "runs/r1",
        state,
        step,
        20_000,
        1,
        32,
        32,
        OptionalDouble.of(43.21),
        OptionalDouble.of(1.48),
        751,
        OptionalDouble.of(11_350),
        Optional.empty(),
        OptionalDouble.of(1.25),
        OptionalDouble.of(-0.5),
        SCORES,
        OptionalLong.of(10),
        OptionalLong.empty(),
        OptionalLong.empty(),
        evaluation,
        0,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(troubles),
        Optional.empty());
  }

  private static ProgressText text(Status status) {
    return new ProgressText(status);
  }

  /** What stands on a terminal after all that was written to it, without trailing blanks. */
  private static List<String> terminal(String written) {
    List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
    int row = 0;
    int column = 0;
    Matcher pieces = Pattern.compile("\u001b\\[(\\d*)([AJ])|\r|\n|[^\u001b\r\n]").matcher(written);
    int end = 0;
    while (pieces.find()) {
      assertThat(pieces.start()).isEqualTo(end);
      end = pieces.end();
      String piece = pieces.group();
      if (piece.equals("\r")) {
        column = 0;
      } else if (piece.equals("\n")) {
        row++;
        column = 0;
        while (rows.size() <= row) {
          rows.add(new StringBuilder());
        }
      } else if (piece.endsWith("A") && pieces.group(2) != null) {
        row -= Integer.parseInt(pieces.group(1));
      } else if (piece.equals("\u001b[J")) {
        rows.get(row).setLength(column);
        rows.subList(row + 1, rows.size()).clear();
      } else {
        StringBuilder line = rows.get(row);
        line.replace(column, Math.min(line.length(), column + 1), piece);
        column++;
      }
    }
    assertThat(end).isEqualTo(written.length());
    return rows.stream().map(line -> line.toString().stripTrailing()).toList();
  }

  @Test
  void aLineOfALogHasAll() {
    assertThat(text(status(1240)).line())
        .isEqualTo(
            "step 1240 of 20000  6.2 %  elapsed 0:12:31  remaining 3:09:10  fid 123.5"
                + "  43.2 images/s  D 1.25  G -0.50  is 2.500  precision 0.7100  fd_dl4j 1.230e-05");
  }

  @Test
  void whatFailsAndTheStateStandBeforeTheFigures() {
    assertThat(
            text(status(
                    RunState.PAUSED,
                    12,
                    OptionalDouble.of(0.4),
                    new Trouble(Helper.JOURNAL, "disk full", Instant.EPOCH, 1, false),
                    new Trouble(Helper.CHECKPOINTER, "disk full", Instant.EPOCH, 4, false)))
                .line())
        .contains("  failing: journal, checkpointer  paused  fid 123.5  evaluating 40 %  43.2");
  }

  @Test
  void onEightyColumnsThereAreTwoLinesAndABar() {
    // 10357 of 20000 of 14 characters are 7 and two eighths.
    assertThat(text(status(10_357)).lines(79))
        .containsExactly(
            "step 10357 of 20000  51.8 %  "
                + "█".repeat(7)
                + "▎"
                + " ".repeat(6)
                + "  elapsed 0:12:31  remaining 3:09:10",
            "fid 123.5  43.2 images/s  D 1.25  G -0.50  is 2.500  precision 0.7100");
  }

  @Test
  void onAWideTerminalThereIsOneLine() {
    List<String> lines = text(status(20_000)).lines(199);
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0))
        .startsWith("step 20000 of 20000  100.0 %  " + "█".repeat(40) + "  elapsed 0:12:31")
        .endsWith(
            "fid 123.5  43.2 images/s  D 1.25  G -0.50  is 2.500  precision 0.7100"
                + "  fd_dl4j 1.230e-05");
  }

  @ParameterizedTest
  @ValueSource(ints = {39, 50, 60, 79, 100, 120, 160, 200})
  void theScoreIsNeverCutAndNoLineIsTooLong(int columns) {
    Status busy =
        status(
            RunState.STOPPING,
            123_456,
            OptionalDouble.of(0.4),
            Helper.OWN.stream()
                .map(helper -> new Trouble(helper, "disk full", Instant.EPOCH, 1, false))
                .toArray(Trouble[]::new));
    for (Status status : List.of(status(7), busy)) {
      List<String> lines = text(status).lines(columns);
      assertThat(lines).hasSizeBetween(1, 2).allMatch(line -> line.length() <= columns);
      assertThat(String.join("\n", lines)).contains("fid 123.5", "remaining 3:09:10");
    }
    assertThat(String.join("\n", text(busy).lines(columns))).contains("failing", "stopping");
  }

  @Test
  void linesThatStayStandAboveWhatIsPaintedOver() throws Exception {
    StringWriter written = new StringWriter();
    ProgressView view = new ProgressView(new PrintWriter(written), false, 80);
    view.say("log", "daemon.log");
    view.show(text(status(1)));
    view.show(text(status(10_000)));
    view.say("failed", "disk full");
    view.show(text(status(10_001)));
    view.close();
    view.say("done", "step 10001");

    assertThat(terminal(written.toString()))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("log         daemon.log"),
            line -> assertThat(line).isEqualTo("failed      disk full"),
            line -> assertThat(line).startsWith("step 10001 of 20000  50.0 %"),
            line -> assertThat(line).startsWith("fid 123.5"),
            line -> assertThat(line).isEqualTo("done        step 10001"),
            line -> assertThat(line).isEmpty());
  }

  @Test
  void inALogEachLineHasTheTimeAndNothingIsPainted() throws Exception {
    StringWriter written = new StringWriter();
    ProgressView view = new ProgressView(new PrintWriter(written), false, 0);
    view.say("log", "daemon.log");
    view.show(text(status(1)));
    view.close();

    String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ  ";
    assertThat(written.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches(time + "log         daemon.log"),
            line -> assertThat(line).matches(time + "step 1 of 20000  0.0 %  elapsed.*"));
    assertThat(written.toString()).doesNotContain("\u001b", "\r");
  }

  @Test
  void timesAreReadable() {
    assertThat(ProgressText.time(59.6)).isEqualTo("0:01:00");
    assertThat(ProgressText.time(86_399)).isEqualTo("23:59:59");
    assertThat(ProgressText.time(86_400 * 3 + 3600 * 4)).isEqualTo("3 d 04 h");
  }
}
