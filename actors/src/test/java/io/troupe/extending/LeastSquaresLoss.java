package io.troupe.extending;

import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.losses.Logits;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The least squares loss (Mao et al., "Least squares generative adversarial networks", 2017): the
 * discriminator wants the logit 1 for real and 0 for generated images, and the generator wants 1.
 */
public final class LeastSquaresLoss implements AdversarialLoss {
  @Override
  public String name() {
    return "least-squares";
  }

  /** E (real - 1)² / 2 + E fake² / 2. */
  @Override
  public SDVariable discriminator(SameDiff ops, Logits logits) {
    SDVariable real = ops.math().square(logits.real().sub(1)).mean();
    return real.add(ops.math().square(logits.fake()).mean()).mul(0.5);
  }

  /** (fake - 1)² / 2. */
  @Override
  public SDVariable generator(SameDiff ops, Logits logits) {
    return ops.math().square(logits.fake().sub(1)).mul(0.5);
  }
}
