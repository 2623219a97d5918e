package io.troupe.extending;

import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.losses.LogisticLoss;
import io.troupe.models.losses.Logits;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The logistic loss of pairs of a real and a generated image (Jolicoeur-Martineau, "The
 * relativistic discriminator", 2018).
 */
public final class RelativisticLoss implements AdversarialLoss {
  @Override
  public String name() {
    return "relativistic";
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

  /** E softplus(real - fake). */
  @Override
  public SDVariable generator(SameDiff ops, Logits logits) {
    return LogisticLoss.softplus(ops, logits.real().sub(logits.fake())).mean();
  }
}
