package io.troupe.models.graph;

import io.troupe.models.kernels.Bfloat16Choice;
import java.util.Optional;

/**
 * In which number format a program computes: all in float32, or mixed, where convolutions and
 * matrix products read bfloat16 (docs/decisions/028).
 *
 * @param choice how mixed precision multiplies; none is float32
 */
public record Precision(Optional<Bfloat16Choice> choice) {
  public static final Precision FLOAT32 = new Precision(Optional.empty());

  /** Mixed precision. */
  public static Precision mixed(Bfloat16Choice choice) {
    return new Precision(Optional.of(choice));
  }

  public boolean isMixed() {
    return choice.isPresent();
  }
}
