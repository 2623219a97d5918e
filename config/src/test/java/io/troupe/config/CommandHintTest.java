package io.troupe.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandHintTest {
  @AfterEach
  void forget() {
    System.clearProperty("troupe.command");
  }

  @Test
  void theProgramIsCalledAsItWas() {
    assertThat(CommandHint.of("fetch", "inception")).isEqualTo("troupe fetch inception");
    System.setProperty("troupe.command", "scripts/troupe");
    assertThat(CommandHint.of("stop", Path.of("runs/demo-2")))
        .isEqualTo("scripts/troupe stop runs/demo-2");
    System.setProperty("troupe.command", "/opt/my programs/troupe");
    assertThat(CommandHint.of()).isEqualTo("\"/opt/my programs/troupe\"");
  }

  @Test
  void aShellReadsTheSameWords() throws Exception {
    String[] words = {"a b", "it's", "say \"so\"", "$HOME `x` \\n", "", "~", "*", "a;b", "seed=2"};
    String hint = CommandHint.of((Object[]) words).substring("troupe ".length());
    Process shell =
        new ProcessBuilder("sh", "-c", "printf '<%s>' " + hint).redirectErrorStream(true).start();
    String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(printed).isEqualTo("<" + String.join("><", words) + ">");
  }
}
