package io.troupe.models.losses;

import io.troupe.config.LossChoice;
import io.troupe.config.Parts;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** What both networks of a GAN minimise, made of the discriminator's logits. */
public interface AdversarialLoss extends LossChoice {
  /** The loss that settings name. */
  static AdversarialLoss named(String name) {
    return Parts.losses().stream()
        .filter(loss -> loss.name().equals(name))
        .map(AdversarialLoss.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Whether the generator's loss reads the logits of real images too (Jolicoeur-Martineau, "The
   * relativistic discriminator", 2018). Its step then discriminates the real images of the last
   * discriminator step beside its own.
   */
  default boolean isRelativistic() {
    return false;
  }

  /** What the discriminator minimises: a scalar. */
  SDVariable discriminator(SameDiff ops, Logits logits);

  /** What the generator minimises the mean of: a loss of each generated image, [N, 1]. */
  SDVariable generator(SameDiff ops, Logits logits);
}
