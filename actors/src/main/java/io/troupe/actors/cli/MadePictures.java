package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.checkpoint.StoredNetwork;
import io.troupe.actors.http.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pictures that 'sample' made, to be told.
 *
 * @param run whose generator; empty if it is not known
 * @param checkpoint the file that it was read from; empty if a daemon had it
 * @param written whether the run's daemon wrote the file for this
 * @param pictures which, in words
 */
record MadePictures(
    Optional<Path> run,
    long step,
    StoredNetwork network,
    Optional<Path> checkpoint,
    boolean written,
    String pictures,
    Path target) {
  private boolean isAverage() {
    return network == StoredNetwork.GENERATOR_AVERAGE;
  }

  private String source() {
    return checkpoint
        .map(file -> file + (written ? ", which the run's daemon wrote now" : ""))
        .orElse("the run's daemon, as it is now");
  }

  /** For programs. */
  ObjectNode json() {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("run", run.map(Path::toString).orElse(null));
    json.put("step", step);
    json.put("average", isAverage());
    json.put("checkpoint", checkpoint.map(Path::toString).orElse(null));
    json.put("pictures", pictures);
    json.put("file", target.toString());
    return json;
  }

  /** For people, in lines. */
  String text() {
    List<String> lines = new ArrayList<>();
    run.ifPresent(root -> lines.add(line("run", root)));
    String values = isAverage() ? "moving average" : "as it is trained, not averaged";
    lines.add(line("generator", "of step %d, %s".formatted(step, values)));
    lines.add(line("from", source()));
    lines.add(line("pictures", pictures));
    lines.add(line(Files.isDirectory(target) ? "folder" : "file", target));
    return String.join("\n", lines);
  }

  private static String line(String name, Object value) {
    return "%-12s%s".formatted(name, value);
  }
}
