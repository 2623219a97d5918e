package io.troupe.actors.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.http.Json;
import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The file that a fleet goes on from, {@code fleet/fleet.json} of the shared folder. It has a term,
 * which each dispatcher that begins makes higher, so that one which was taken for dead cannot write
 * over what its successor wrote.
 */
final class FleetStore {
  private final Path file;
  private final Path lock;
  private long term;

  /** Another dispatcher has the file. */
  static final class OvertakenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OvertakenException(String message) {
      super(message);
    }
  }

  FleetStore(FleetFolder folder) {
    file = folder.state();
    lock = folder.stateLock();
  }

  /** Reads the file, and keeps those who had it before from writing it. */
  FleetBook open() throws IOException {
    Files.createDirectories(file.getParent());
    FleetBook book = new FleetBook();
    try (FileChannel channel = channel();
        FileLock held = channel.lock()) {
      JsonNode json = read();
      term = json.path("term").asLong() + 1;
      for (JsonNode sweep : json.path("sweeps")) {
        book.restore(sweep(sweep));
      }
      for (JsonNode run : json.path("runs")) {
        book.restore(run(run));
      }
      replace(book);
      held.release();
    }
    return book;
  }

  /**
   * Writes the file.
   *
   * @throws OvertakenException if another dispatcher has begun since
   */
  void write(FleetBook book) throws IOException {
    try (FileChannel channel = channel();
        FileLock held = channel.lock()) {
      long found = read().path("term").asLong();
      if (found != term) {
        throw new OvertakenException(
            "another dispatcher has written %s (term %d, this one's is %d): this node was taken for dead, or two fleets share the folder"
                .formatted(file, found, term));
      }
      replace(book);
      held.release();
    }
  }

  private FileChannel channel() throws IOException {
    return FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private JsonNode read() throws IOException {
    if (!Files.exists(file)) {
      return Json.mapper().createObjectNode();
    }
    JsonNode json = Json.mapper().readTree(Files.readAllBytes(file));
    if (!json.path("term").isIntegralNumber()) {
      throw new IOException(
          "%s is not a fleet's state; move it away to begin an empty fleet".formatted(file));
    }
    return json;
  }

  private void replace(FleetBook book) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("term", term);
    json.put("sweeps", book.sweeps());
    json.put("runs", book.runs());
    AtomicFile.replace(file, Json.render(json) + "\n");
  }

  private static Sweep sweep(JsonNode json) {
    JsonNode halving = json.path("halving");
    Map<Long, Map<String, Double>> rungs = new TreeMap<>();
    json.path("rungs")
        .properties()
        .forEach(rung -> rungs.put(Long.parseLong(rung.getKey()), scores(rung.getValue())));
    return new Sweep(
        json.path("name").asText(),
        texts(json.path("keys")),
        halving.isObject()
            ? Optional.of(
                new Halving(
                    halving.path("first").asLong(),
                    halving.path("factor").asInt(),
                    halving.path("score").asText()))
            : Optional.empty(),
        rungs,
        json.path("tabled").asBoolean());
  }

  private static FleetRun run(JsonNode json) {
    return new FleetRun(
        json.path("name").asText(),
        json.path("preset").asText(),
        texts(json.path("settings")),
        text(json.path("sweep")),
        json.path("priority").asInt(),
        json.path("order").asLong(),
        FleetRun.Phase.valueOf(json.path("phase").asText()),
        text(json.path("node")),
        json.path("epoch").asLong(),
        json.path("restarts").asInt(),
        json.path("message").asText(),
        progress(json.path("progress")));
  }

  /** Files of older versions have none. */
  private static FleetRun.Progress progress(JsonNode json) {
    JsonNode scoreStep = json.path("score_step");
    return new FleetRun.Progress(
        json.path("step").asLong(),
        json.path("steps").asLong(),
        scoreStep.isIntegralNumber() ? OptionalLong.of(scoreStep.asLong()) : OptionalLong.empty(),
        scores(json.path("scores")),
        json.path("note").asText());
  }

  private static Map<String, Double> scores(JsonNode json) {
    Map<String, Double> scores = new TreeMap<>();
    // What is not finite is null.
    json.properties().forEach(one -> scores.put(one.getKey(), one.getValue().asDouble(Double.NaN)));
    return scores;
  }

  private static Optional<String> text(JsonNode json) {
    return json.isTextual() ? Optional.of(json.asText()) : Optional.empty();
  }

  /** The texts of a JSON array. */
  static List<String> texts(JsonNode json) {
    List<String> texts = new ArrayList<>();
    json.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
