package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Tag("protocol")
final class SetCommandTest {
  private static final String ANSWER =
      """
      {"step":7,"message":"settings changed from step 8 on","changed":[
        {"key":"ema.decay","from":"0.9","to":"0.5","from_step":8},
        {"key":"journal.every","from":"10","to":"20","from_step":null}]}
      """;

  @TempDir private Path folder;

  private record Result(int code, String out, String err) {}

  private Result set(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("set", "--run-dir", folder.toString()));
    all.addAll(List.of(arguments));
    int code = Main.execute(command, all.toArray(String[]::new));
    return new Result(code, out.toString(), err.toString());
  }

  /** Answers one request as a daemon would, and gives what it was sent. */
  private List<String> asked(String... arguments) throws IOException {
    List<String> heard = new ArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          heard.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          heard.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] bytes = ANSWER.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Troupe-Daemon", "mine");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    RunDirectory directory = new RunDirectory(folder);
    RunLock lock = RunLock.tryLock(directory).orElseThrow();
    try {
      Files.writeString(
          directory.url(), "http://127.0.0.1:" + server.getAddress().getPort() + "\n");
      Files.writeString(directory.id(), "mine\n");
      Result result = set(arguments);
      assertThat(result.code).as(result.err).isZero();
      heard.add(result.out);
      return heard;
    } finally {
      lock.close();
      server.stop(0);
    }
  }

  @Test
  void sendsTheSettingsAndPrintsWhatChanged() throws Exception {
    assertThat(
            asked(
                "ema.decay=0.5",
                "training.generator.learning-rate=1e-4",
                "augmentation.horizontal-flip=false",
                "evaluation.metrics=fid,kid",
                "ema.states=\"copied\""))
        .containsExactly(
            "PATCH /api/v1/settings",
            "{\"ema.decay\":0.5,\"training.generator.learning-rate\":1.0E-4,"
                + "\"augmentation.horizontal-flip\":false,\"evaluation.metrics\":\"fid,kid\","
                + "\"ema.states\":\"copied\"}",
            "step 7: settings changed from step 8 on%n  ema.decay: 0.9 -> 0.5%n  journal.every: 10 -> 20%n"
                .formatted());
    assertThat(asked("--json", "ema.decay=0.5").get(2)).contains("\"from_step\" : 8");
  }

  @Test
  void aRunThatIsNotAliveIsToldHowItGetsTheChange() {
    Result result = set("ema.decay=0.5", "training.clip-norm=1");
    assertThat(result.code).isEqualTo(1);
    assertThat(result.err)
        .contains(
            "no daemon is running on " + folder,
            "nothing has changed",
            "troupe start --run-dir %s --set ema.decay=0.5 --set training.clip-norm=1"
                .formatted(folder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | Missing required parameter",
        "ema.decay | no \"=\" found",
        "=3 | no \"=\" found",
        "ema.decay=1 ema.decay=2 | ema.decay is given twice",
      })
  void whatIsNoSettingIsBadUsage(String arguments, String says) {
    Result result = arguments.isEmpty() ? set() : set(arguments.split(" ", -1));
    assertThat(result.code).isEqualTo(2);
    assertThat(result.err).contains(says);
  }
}
