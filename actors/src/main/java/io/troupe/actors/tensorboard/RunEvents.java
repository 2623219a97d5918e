package io.troupe.actors.tensorboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns lines of a run's journal into TensorBoard's events. Where the run goes back, to a
 * checkpoint or at a start, a session's start lets TensorBoard forget the steps that were taken
 * back.
 */
final class RunEvents {
  private static final Logger LOG = LoggerFactory.getLogger(RunEvents.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_PIXELS = 1024;

  /** Tags of a step's numbers. */
  private static final Map<String, String> TAGS =
      Map.of(
          "discriminator_loss", "loss/discriminator",
          "generator_loss", "loss/generator",
          "real_logit", "logit/real",
          "fake_logit", "logit/fake",
          "gradient_penalty", "penalty/gradient",
          "path_penalty", "penalty/path_length",
          "perplexity", "quantiser/perplexity",
          "images_per_second", "speed/images_per_second",
          "seconds", "speed/seconds_per_step");

  private record Change(Instant time, long step, String text) {}

  private final Path samples;
  private final Set<Change> changes = new LinkedHashSet<>();
  private long reached;
  private long takenBack;

  /**
   * Of a run.
   *
   * @param samples the folder of its grids
   */
  RunEvents(Path samples) {
    this.samples = samples;
  }

  /** The events that a line makes; none for one that is no event or not for TensorBoard. */
  List<byte[]> of(String line) throws IOException {
    try {
      JsonNode event = JSON.readTree(line);
      return of(event, Instant.parse(event.path("time").asText()));
    } catch (JsonProcessingException | DateTimeException e) {
      // The plots count such lines and say so.
      return List.of();
    }
  }

  private List<byte[]> of(JsonNode event, Instant time) throws IOException {
    long step = event.path("step").asLong();
    String name = event.path("event").asText();
    if (name.equals("resumed")) {
      return backTo(time, step);
    }
    reached = Math.max(reached, step);
    long ofStep = event.path("of_step").asLong();
    return switch (name) {
      case "rollback" -> backTo(time, event.path("to_step").asLong());
      case "step" -> scalars(time, step, numbers(event));
      case "evaluation-finished" ->
          isTakenBack(ofStep) ? List.of() : scalars(time, ofStep, scores(event.path("scores")));
      case "grid" ->
          isTakenBack(ofStep) ? List.of() : grid(time, ofStep, event.path("file").asText());
      case "settings" -> List.of(changed(event, time, step));
      default -> List.of();
    };
  }

  private List<byte[]> backTo(Instant time, long step) {
    takenBack = Math.max(takenBack, reached);
    reached = step;
    List<byte[]> events = new ArrayList<>();
    events.add(EventRecords.sessionStart(time, step + 1));
    // Settings do not go back with the steps.
    changes.stream().filter(change -> change.step() > step).forEach(c -> events.add(text(c)));
    return events;
  }

  /** Whether a step was taken back while it was being evaluated or drawn. */
  private boolean isTakenBack(long step) {
    return step > reached && step <= takenBack;
  }

  private static List<byte[]> scalars(Instant time, long step, Map<String, Double> values) {
    return values.isEmpty() ? List.of() : List.of(EventRecords.scalars(time, step, values));
  }

  private static Map<String, Double> numbers(JsonNode event) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : event.properties()) {
      String tag = TAGS.get(field.getKey());
      if (tag != null && field.getValue().isNumber()) {
        numbers.put(tag, field.getValue().asDouble());
      }
    }
    return numbers;
  }

  private static Map<String, Double> scores(JsonNode found) {
    Map<String, Double> scores = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> score : found.properties()) {
      if (score.getValue().isNumber()) {
        scores.put("score/" + score.getKey(), score.getValue().asDouble());
      }
    }
    return scores;
  }

  private List<byte[]> grid(Instant time, long step, String file) {
    // The run may have been moved since.
    Path picture = samples.resolve(Path.of(file).getFileName());
    try {
      return List.of(EventRecords.image(time, step, "samples", Png.read(picture, MOST_PIXELS)));
    } catch (NoSuchFileException e) {
      LOG.debug("{} is gone", picture);
    } catch (IOException e) {
      LOG.warn("TensorBoard gets no grid of step {}", step, e);
    }
    return List.of();
  }

  private byte[] changed(JsonNode event, Instant time, long step) {
    String text =
        "`%s`: %s → %s"
            .formatted(
                event.path("key").asText(), event.path("from").asText(), event.path("to").asText());
    Change change = new Change(time, event.path("from_step").asLong(step), text);
    changes.add(change);
    return text(change);
  }

  private static byte[] text(Change change) {
    return EventRecords.text(change.time(), change.step(), "settings_changes", change.text());
  }

  /** Settings as a table. */
  static String table(String config) {
    StringBuilder table = new StringBuilder("| setting | value |\n|---|---|\n");
    config
        .lines()
        .filter(line -> line.contains(" = "))
        .map(line -> line.split(" = ", 2))
        .forEach(
            setting ->
                table.append(
                    "| %s | %s |\n"
                        .formatted(setting[0].strip(), setting[1].strip().replace("|", "\\|"))));
    return table.toString();
  }
}
