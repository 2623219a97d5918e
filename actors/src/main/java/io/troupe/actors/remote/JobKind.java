package io.troupe.actors.remote;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What nodes do for runs beside training. */
public enum JobKind {
  /** Scores of a generator. */
  EVALUATE("evaluator"),
  /** Pictures of a generator. */
  SAMPLE("evaluator"),
  /** Batches of augmented pictures. */
  AUGMENT("data");

  private final String role;

  JobKind(String role) {
    this.role = role;
  }

  /** The role of the nodes that do it. */
  public String role() {
    return role;
  }

  /** The name in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of a label; empty if this version knows none of it. */
  public static Optional<JobKind> of(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label().equals(label)).findFirst();
  }
}
