package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** What a command line did, in this process. */
public record Cli(int code, String out, String err) {
  /** Runs a command line, each argument by what it prints. */
  public static Cli run(Object... arguments) {
    return run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  /** Runs a command line. */
  public static Cli run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Cli(code, out.toString(), err.toString());
  }

  /** What a command that worked has printed. */
  JsonNode json() throws IOException {
    assertThat(code).as(err).isZero();
    return new ObjectMapper().readTree(out);
  }
}
