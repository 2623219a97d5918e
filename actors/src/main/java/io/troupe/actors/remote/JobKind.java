package io.troupe.actors.remote;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What nodes do for runs beside training. */
public enum JobKind {
  /** Scores of a generator. */
  EVALUATE("evaluator", true),
  /** Pictures of a generator. */
  SAMPLE("evaluator", false),
  /** Batches of augmented pictures. */
  AUGMENT("data", true);

  private final String role;
  private final boolean waits;

  JobKind(String role, boolean waits) {
    this.role = role;
    this.waits = waits;
  }

  /** Whether it may wait for other jobs; a grid may not, as those may be evaluations. */
  public boolean waits() {
    return waits;
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
