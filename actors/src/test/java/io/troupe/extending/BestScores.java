package io.troupe.extending;

import io.troupe.actors.listening.RunListener;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Lists the best checkpoints of a run, as they come, in its file best.txt. */
public final class BestScores implements RunListener {
  private Path file = Path.of("best.txt");

  @Override
  public String name() {
    return "best-scores";
  }

  @Override
  public boolean isWanted(RunSettings settings) {
    return !settings.checkpoints().best().equals("none");
  }

  @Override
  public void begin(RunDirectory directory, RunSettings settings) throws IOException {
    file = directory.root().resolve("best.txt");
    Files.writeString(file, "");
  }

  @Override
  public void hear(List<JournalEvent> events) throws IOException {
    List<String> lines = new ArrayList<>();
    for (JournalEvent event : events) {
      if (event.event() == RunEvent.BEST) {
        lines.add(event.details().get("of_step") + " " + event.details().get("value"));
      }
    }
    Files.write(file, lines, StandardOpenOption.APPEND);
  }
}
