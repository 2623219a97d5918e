package io.troupe.models.losses;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The hinge loss of GANs (Lim and Ye, "Geometric GAN", 2017). */
public final class HingeLoss implements AdversarialLoss {
  @Override
  public String name() {
    return "hinge";
  }

  /** E max(0, 1 - real) + E max(0, 1 + fake). */
  @Override
  public SDVariable discriminator(SameDiff ops, Logits logits) {
    return ops.nn()
        .relu(logits.real().rsub(1), 0)
        .mean()
        .add(ops.nn().relu(logits.fake().add(1), 0).mean());
  }

  /** -fake. */
  @Override
  public SDVariable generator(SameDiff ops, Logits logits) {
    return logits.fake().neg();
  }
}
