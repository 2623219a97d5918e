package io.troupe.models.losses;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The logistic loss with the generator's non-saturating form (Goodfellow et al., "Generative
 * adversarial nets", 2014): the binary cross-entropy of sigmoid(logit), where the discriminator
 * wants 1 for real and 0 for generated images, and the generator wants 1.
 */
public final class LogisticLoss implements AdversarialLoss {
  @Override
  public String name() {
    return "logistic";
  }

  /** E softplus(-real) + E softplus(fake). */
  @Override
  public SDVariable discriminator(SameDiff ops, Logits logits) {
    return softplus(ops, logits.real().neg()).mean().add(softplus(ops, logits.fake()).mean());
  }

  /** softplus(-fake). */
  @Override
  public SDVariable generator(SameDiff ops, Logits logits) {
    return softplus(ops, logits.fake().neg());
  }

  /** max(0, x) + softplus(-|x|): ND4J's softplus is infinite from 89 on in float. */
  public static SDVariable softplus(SameDiff ops, SDVariable x) {
    SDVariable positive = ops.nn().relu(x, 0);
    return positive.add(ops.nn().softplus(x.sub(positive.mul(2))));
  }
}
