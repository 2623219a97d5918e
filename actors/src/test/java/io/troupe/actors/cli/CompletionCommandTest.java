package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bash makes of the script. */
@Tag("process")
final class CompletionCommandTest {
  @TempDir private Path folder;
  private Path script;

  @BeforeEach
  void write() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no /bin/bash");
    script = Files.writeString(folder.resolve("troupe"), print("bash"));
  }

  private static String print(String shell) {
    StringWriter out = new StringWriter();
    assertThat(Main.commandLine().setOut(new PrintWriter(out)).execute("completion", shell))
        .isZero();
    return out.toString();
  }

  @Test
  void bashAcceptsIt() throws Exception {
    assertThat(bash("bash -n '%s' && echo fine".formatted(script))).containsExactly("fine");
  }

  @Test
  void commandsOptionsAndValuesAreCompleted() throws Exception {
    assertThat(complete("troupe sta")).containsExactlyInAnyOrder("start", "status");
    assertThat(complete("troupe eval")).containsExactly("evaluate");
    assertThat(complete("troupe stop --t")).containsExactly("--timeout");
    assertThat(complete("troupe export --network ")).contains("generator", "discriminator");
    assertThat(complete("troupe completion ")).contains("bash", "zsh");
    assertThat(complete("troupe train-c")).isEmpty();
  }

  /** The script keeps the values of options by their labels. */
  @Test
  void optionsWithValuesToChooseFromHaveLabelsOfTheirOwn() {
    Main.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(
                        command.getCommandSpec().options().stream()
                            .filter(option -> option.completionCandidates() != null)
                            .map(option -> option.paramLabel()))
                    .as(name)
                    .doesNotHaveDuplicates());
  }

  @Test
  void zshGetsWhatItNeedsToReadIt() {
    assertThat(print("zsh")).contains("$ZSH_VERSION", "bashcompinit");
  }

  /** As bash does when the tabulator key is hit behind a line. */
  private List<String> complete(String line) throws Exception {
    return bash(
        """
        source '%s'
        line='%s'
        read -r -a COMP_WORDS <<<"$line"
        [[ "$line" == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMP_LINE=$line
        COMP_POINT=${#line}
        _complete_troupe "${COMP_WORDS[@]}" 2>/dev/null
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(script, line));
  }

  private List<String> bash(String commands) throws Exception {
    Process process =
        new ProcessBuilder("/bin/bash", "-c", commands).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output.lines().map(String::strip).filter(text -> !text.isEmpty()).toList();
  }
}
