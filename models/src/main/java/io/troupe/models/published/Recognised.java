package io.troupe.models.published;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the tensors of a file are.
 *
 * @param part which network
 * @param size height and width of its pictures
 * @param channels of its pictures
 * @param classes empty if they do not say; 1 is none
 * @param settings keys of the section {@code network} that they say
 * @param problem why ours cannot be the same, as a sentence
 */
public record Recognised(
    Published program,
    Part part,
    int size,
    int channels,
    OptionalInt classes,
    Map<String, String> settings,
    Optional<String> problem) {
  /** Copies the settings, in their order. */
  public Recognised {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** What it is, for people. */
  public String text() {
    return "%s of %s, %d x %d pixels, %d channels%s"
        .formatted(
            part == Part.GENERATOR ? "generator" : "discriminator",
            program.program(),
            size,
            size,
            channels,
            classes.isEmpty() || classes.getAsInt() == 1
                ? ""
                : ", %d classes".formatted(classes.getAsInt()));
  }
}
