package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Every command of the tours in docs/ is one of the program's; {@link TourTest}, {@link
 * TourOwnPicturesTest} and {@link TourFleetTest} run them all.
 */
class TourCommandsTest {
  private static final Pattern COMMAND = Pattern.compile("(?m)^ *scripts/troupe (.+)$");

  static List<String> commands() throws Exception {
    String page =
        Files.readString(Path.of("../docs/tour.md"))
            + Files.readString(Path.of("../docs/tour-own-pictures.md"))
            + Files.readString(Path.of("../docs/tour-fleet.md"));
    return COMMAND.matcher(page).results().map((MatchResult line) -> line.group(1)).toList();
  }

  @Test
  void thereAreManyCommands() throws Exception {
    assertThat(commands()).hasSizeGreaterThan(27);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theCommandIsUnderstood(String command) throws Exception {
    String[] words = command.replace("$seed", "1").split(" +", -1);

    new CommandLine(new TroupeCommand()).parseArgs(words);

    for (int i = 1; i < words.length; i++) {
      if (words[i - 1].equals("--set") || words[0].equals("set")) {
        SettingsLoader.load(
            "demo", List.of(), List.of(words[i], "dataset.kind=image-folder", "dataset.path=."));
      }
    }
  }
}
