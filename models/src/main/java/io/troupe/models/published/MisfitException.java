package io.troupe.models.published;

import java.util.List;

/** Networks that are not the same in a published program and here, and in what they differ. */
public final class MisfitException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  MisfitException(String problem) {
    this(List.of(problem));
  }

  MisfitException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One for each difference. */
  public List<String> problems() {
    return problems;
  }
}
