package io.troupe.models.losses;

import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What the discriminator says of the images of one step.
 *
 * @param realIfRead of real images, [N, 1]; absent in a generator step whose loss does not read it
 * @param fake of generated images, [N, 1]
 */
public record Logits(Optional<SDVariable> realIfRead, SDVariable fake) {
  /** Of real and generated images. */
  public static Logits of(SDVariable real, SDVariable fake) {
    return new Logits(Optional.of(real), fake);
  }

  /** Of generated images alone. */
  public static Logits of(SDVariable fake) {
    return new Logits(Optional.empty(), fake);
  }

  /**
   * Of real images, [N, 1].
   *
   * @throws IllegalStateException in a generator step whose loss is not {@link
   *     AdversarialLoss#isRelativistic relativistic}
   */
  public SDVariable real() {
    return realIfRead.orElseThrow(
        () ->
            new IllegalStateException(
                "the generator's loss reads logits of real images, but is not relativistic"));
  }
}
