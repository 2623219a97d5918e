package io.troupe.actors.sampling;

import io.troupe.config.NetworkSettings;
import io.troupe.models.networks.NetworkFamily;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Pictures of drawn latent vectors, as commands ask for them.
 *
 * @param layout of a grid of all of them: a row for each class in turn, or a square
 * @param psi truncation of styles; 1 is none
 */
public record DrawnPictures(DrawnLatents source, int count, GridLayout layout, double psi) {
  /** The smallest truncation: below, nearly all numbers are drawn in vain. */
  public static final double MIN_TRUNCATION = 0.01;

  /** Pictures made at a time, always, so that a picture does not depend on how many are wanted. */
  public static final int BATCH = 64;

  private static final double TRUNCATION_DEVIATIONS = 2;

  /**
   * Pictures of a generator.
   *
   * @param classes its classes
   * @param label class of all pictures; empty is each class in turn
   * @param truncation from {@link #MIN_TRUNCATION} to 1. Networks with styles multiply the styles'
   *     differences from the mean style by it; others draw from a normal distribution truncated at
   *     twice as many deviations, without scaling
   */
  public static DrawnPictures of(
      NetworkSettings network,
      int classes,
      OptionalInt label,
      OptionalDouble truncation,
      int count,
      long seed) {
    boolean inTurn = label.isEmpty() && classes > 1;
    boolean styles = NetworkFamily.of(network).hasStyles();
    OptionalDouble bound =
        truncation.isPresent() && !styles
            ? OptionalDouble.of(TRUNCATION_DEVIATIONS * truncation.getAsDouble())
            : OptionalDouble.empty();
    return new DrawnPictures(
        new DrawnLatents(seed, bound, label, classes),
        count,
        inTurn ? GridLayout.rowPerClass(count, classes) : GridLayout.square(count),
        styles ? truncation.orElse(1) : 1);
  }

  /** What is wrong with a truncation, if anything is. */
  public static Optional<String> misfit(double truncation) {
    return truncation >= MIN_TRUNCATION && truncation <= 1
        ? Optional.empty()
        : Optional.of("%s is not from 0.01 to 1".formatted(truncation));
  }
}
