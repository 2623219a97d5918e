package io.troupe.actors.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.config.PresetInfo;
import io.troupe.config.SettingsLoader;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the presets. */
@Command(
    name = "presets",
    description = "Lists the presets that a run can start from.",
    footer = {"  troupe presets", "  troupe presets --json"})
final class PresetsCommand extends CliCommand {
  @Mixin private JsonOption json;

  @Override
  public Integer call() throws JsonProcessingException {
    List<PresetInfo> presets = SettingsLoader.presets();
    PrintWriter screen = screen();
    if (json.wanted()) {
      screen.println(
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(presets));
    } else {
      int width = presets.stream().mapToInt(info -> info.name().length()).max().orElse(1);
      for (PresetInfo info : presets) {
        screen.println(("%-" + width + "s  %s").formatted(info.name(), info.description()));
      }
    }
    screen.flush();
    return 0;
  }
}
