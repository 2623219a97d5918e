package io.troupe.models.losses;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The relativistic pairing loss (Jolicoeur-Martineau, "The relativistic discriminator", 2018; in
 * this form Huang et al., "The GAN is dead; long live the GAN!", 2024): each generated image is
 * compared with the real one of the same place in the batch, which in training has its class too.
 */
public final class RelativisticPairLoss implements AdversarialLoss {
  @Override
  public String name() {
    return "rpgan";
  }

  @Override
  public boolean isRelativistic() {
    return true;
  }

  /** E softplus(fake - real). */
  @Override
  public SDVariable discriminator(SameDiff ops, Logits logits) {
    return LogisticLoss.softplus(ops, logits.fake().sub(logits.real())).mean();
  }

  /** softplus(real - fake). */
  @Override
  public SDVariable generator(SameDiff ops, Logits logits) {
    return LogisticLoss.softplus(ops, logits.real().sub(logits.fake()));
  }
}
