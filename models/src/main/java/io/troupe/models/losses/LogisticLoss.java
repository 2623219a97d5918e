package io.troupe.models.losses;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The logistic loss with the generator's non-saturating form (Goodfellow et al., "Generative
 * adversarial nets", 2014): the binary cross-entropy of sigmoid(logit), where the discriminator
 * wants 1 for real and 0 for generated pictures, and the generator wants 1. Logits have shape [N,
 * 1].
 */
final class LogisticLoss {
  private LogisticLoss() {}

  /** E softplus(-real) + E softplus(fake). */
  static SDVariable discriminator(SameDiff ops, SDVariable real, SDVariable fake) {
    return softplus(ops, real.neg()).mean().add(softplus(ops, fake).mean());
  }

  /** E softplus(-fake). */
  static SDVariable generator(SameDiff ops, SDVariable fake) {
    return softplus(ops, fake.neg()).mean();
  }

  /** max(0, x) + softplus(-|x|): ND4J's softplus is infinite from 89 on in float. */
  private static SDVariable softplus(SameDiff ops, SDVariable x) {
    SDVariable positive = ops.nn().relu(x, 0);
    return positive.add(ops.nn().softplus(x.sub(positive.mul(2))));
  }
}
