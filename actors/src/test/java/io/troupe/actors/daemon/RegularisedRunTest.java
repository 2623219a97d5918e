package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.history.Curves;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.tensorboard.EventReader;
import io.troupe.config.RunSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run with adaptive augmentation, consistency and LeCam, and where their numbers are seen. */
@Tag("process")
class RegularisedRunTest {
  private static final int STEPS = 12;

  @TempDir private Path folder;

  /** 32 real pictures a step, so that the probability goes by 0.1 a step. */
  private static RunSettings settings(int steps) {
    return TinyRun.settings(
        "training.steps=" + steps,
        "training.ada.color=1",
        "training.ada.blit=1",
        "training.ada.images=320",
        "training.ada.every=1",
        "training.ada.target=0.1",
        "training.batch=16",
        "training.discriminator.learning-rate=6e-4",
        "training.generator.learning-rate=1e-5",
        "training.consistency.real=0.1",
        "training.lecam.weight=0.3");
  }

  private Path run(String name, int... ends) throws Exception {
    Path root = folder.resolve(name);
    for (int end : ends) {
      assertThat(TrainingRun.start(settings(end), root).await().failed()).isFalse();
    }
    return root;
  }

  private static List<Double> values(List<JsonNode> steps, String name) {
    return steps.stream().map(step -> step.get(name).asDouble(Double.NaN)).toList();
  }

  @Test
  void eventsHaveWhatHolds() throws Exception {
    List<JsonNode> steps = TinyRun.events(run("run", STEPS), "step");

    List<Double> probabilities = values(steps, "augmentation_probability");
    List<Double> signs = values(steps, "real_sign");
    double expected = 0;
    for (int i = 0; i < STEPS; i++) {
      assertThat(probabilities.get(i)).isCloseTo(expected, within(1e-12));
      assertThat(signs.get(i)).isBetween(-1.0, 1.0);
      expected = Math.max(0, expected + 0.1 * Math.signum(signs.get(i) - 0.1));
    }
    assertThat(probabilities).as("signs %s", signs).anyMatch(p -> p > 0);
    // So small a network soon judges all pictures alike.
    assertThat(values(steps, "consistency_penalty"))
        .allMatch(p -> p >= 0)
        .first()
        .isNotEqualTo(0.0);
    // No averages are there before the first discriminator step.
    assertThat(values(steps, "lecam_penalty").subList(1, STEPS)).allMatch(p -> p > 0);
  }

  @Test
  void curvesAndEventFilesHaveThem() throws Exception {
    Path root = run("run", STEPS);
    Curves curves =
        RunCatalogue.of(new RunDirectory(root)).runs().get(0).curves(10, 0, Long.MAX_VALUE);
    assertThat(curves.series())
        .extracting(Curves.Series::name)
        .contains("augmentation_probability", "real_sign", "consistency_penalty", "lecam_penalty");
    Map<String, Long> tags =
        EventReader.known(root.resolve("tensorboard")).stream()
            .collect(Collectors.groupingBy(EventReader.Value::tag, Collectors.counting()));
    assertThat(tags)
        .contains(
            Map.entry("augmentation/probability", (long) STEPS),
            Map.entry("logit/real_sign", (long) STEPS),
            Map.entry("penalty/consistency", (long) STEPS),
            Map.entry("penalty/lecam", (long) STEPS));
  }

  /** The probability, what was judged since, and LeCam's averages are states of the run. */
  @Test
  void aRunThatGoesOnHasThemAsBefore() throws Exception {
    List<JsonNode> whole = TinyRun.events(run("whole", STEPS), "step");
    List<JsonNode> parts = TinyRun.events(run("parts", 3, STEPS), "step");
    for (String name :
        List.of("augmentation_probability", "real_sign", "lecam_penalty", "discriminator_loss")) {
      assertThat(values(parts, name)).as(name).isEqualTo(values(whole, name));
    }
  }
}
