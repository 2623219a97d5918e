package io.troupe.actors.run;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which pictures of a run's present generator somebody wants.
 *
 * @param label name or number of the class of all; empty is each class in turn
 * @param truncation 0 to 1; empty is none
 * @param count empty is {@value #DEFAULT_COUNT}
 * @param seed of the latent vectors; empty is the run's, which gives those of its grids
 */
public record PictureOrder(
    Optional<String> label, OptionalDouble truncation, OptionalInt count, OptionalLong seed) {
  /** The most that a daemon makes at a time; more are made from a checkpoint. */
  public static final int MAX_COUNT = 1024;

  /** Pictures of each class in turn. */
  public static final PictureOrder DEFAULT =
      new PictureOrder(
          Optional.empty(), OptionalDouble.empty(), OptionalInt.empty(), OptionalLong.empty());

  private static final int DEFAULT_COUNT = 64;
  private static final int LONGEST_NAME = 40;

  /** How many pictures. */
  public int pictures() {
    return count.orElse(DEFAULT_COUNT);
  }

  /**
   * A name for the pictures, of letters that are in addresses as they are; equal pictures have
   * equal names.
   *
   * @param ofClass the name of the class
   */
  public String fileName(Optional<String> ofClass) {
    StringBuilder name = new StringBuilder();
    ofClass.ifPresent(
        text -> {
          String plain = text.replaceAll("[^A-Za-z0-9_]+", "-");
          name.append(plain, 0, Math.min(LONGEST_NAME, plain.length())).append('-');
        });
    name.append(pictures());
    truncation.ifPresent(value -> name.append(String.format(Locale.ROOT, "-t%s", value)));
    seed.ifPresent(value -> name.append("-seed").append(value));
    return name.toString();
  }

  /** What the pictures are, in words. */
  public String text(Optional<String> ofClass) {
    StringBuilder text =
        new StringBuilder(pictures() == 1 ? "1 picture" : pictures() + " pictures");
    ofClass.ifPresent(name -> text.append(" of ").append(name));
    truncation.ifPresent(value -> text.append(", truncation ").append(value));
    seed.ifPresent(value -> text.append(", seed ").append(value));
    return text.toString();
  }
}
