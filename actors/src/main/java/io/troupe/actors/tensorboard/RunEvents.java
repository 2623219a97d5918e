package io.troupe.actors.tensorboard;

import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunEvent;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns events of a run into TensorBoard's. Where the run goes back, to a checkpoint or at a start,
 * a session's start lets TensorBoard forget the steps that were taken back.
 */
final class RunEvents {
  private static final Logger LOG = LoggerFactory.getLogger(RunEvents.class);
  private static final int MOST_PIXELS = 1024;

  /** Names of penalties' numbers end so. */
  private static final String PENALTY = "_penalty";

  /** Tags of a step's numbers. */
  private static final Map<String, String> TAGS =
      Map.ofEntries(
          Map.entry("discriminator_loss", "loss/discriminator"),
          Map.entry("generator_loss", "loss/generator"),
          Map.entry("real_logit", "logit/real"),
          Map.entry("fake_logit", "logit/fake"),
          Map.entry("logit_deviation", "logit/deviation"),
          Map.entry("accuracy", "discriminator/accuracy"),
          Map.entry("path_penalty", "penalty/path_length"),
          Map.entry("perplexity", "quantiser/perplexity"),
          Map.entry("augmentation_probability", "augmentation/probability"),
          Map.entry("real_sign", "logit/real_sign"),
          Map.entry("images_per_second", "speed/images_per_second"),
          Map.entry("seconds", "speed/seconds_per_step"));

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

  /** The records that an event makes; none for one that is not for TensorBoard. */
  List<byte[]> of(JournalEvent event) throws IOException {
    Instant time = event.time();
    long step = event.step();
    if (event.event() == RunEvent.RESUMED) {
      return backTo(time, step);
    }
    reached = Math.max(reached, step);
    return switch (event.event()) {
      case ROLLBACK -> backTo(time, step(event, "to_step", 0));
      case STEP -> scalars(time, step, numbers(event));
      case EVALUATION_FINISHED -> {
        long ofStep = step(event, "of_step", 0);
        yield isTakenBack(ofStep) ? List.of() : scalars(time, ofStep, scores(event));
      }
      case GRID -> {
        long ofStep = step(event, "of_step", 0);
        yield isTakenBack(ofStep) ? List.of() : grid(time, ofStep, text(event, "file"));
      }
      case SETTINGS -> List.of(changed(event));
      default -> List.of();
    };
  }

  private static long step(JournalEvent event, String member, long otherwise) {
    return event.details().get(member) instanceof Number step ? step.longValue() : otherwise;
  }

  private static String text(JournalEvent event, String member) {
    return event.details().get(member) instanceof String text ? text : "";
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

  private static Map<String, Double> numbers(JournalEvent event) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    event
        .details()
        .forEach(
            (name, value) -> {
              if (value instanceof Number number) {
                tag(name).ifPresent(tag -> numbers.put(tag, number.doubleValue()));
              }
            });
    return numbers;
  }

  private static Optional<String> tag(String name) {
    String tag = TAGS.get(name);
    if (tag == null && name.endsWith(PENALTY)) {
      tag = "penalty/" + name.substring(0, name.length() - PENALTY.length());
    }
    return Optional.ofNullable(tag);
  }

  private static Map<String, Double> scores(JournalEvent event) {
    Map<String, Double> scores = new LinkedHashMap<>();
    if (event.details().get("scores") instanceof Map<?, ?> found) {
      found.forEach(
          (name, value) -> {
            if (value instanceof Number number) {
              scores.put("score/" + name, number.doubleValue());
            }
          });
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

  private byte[] changed(JournalEvent event) {
    String text =
        "`%s`: %s → %s".formatted(text(event, "key"), text(event, "from"), text(event, "to"));
    Change change = new Change(event.time(), step(event, "from_step", event.step()), text);
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
