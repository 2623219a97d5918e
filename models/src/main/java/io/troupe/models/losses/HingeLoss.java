package io.troupe.models.losses;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The hinge loss of GANs (Lim and Ye, "Geometric GAN", 2017). Logits have shape [N, 1]. */
final class HingeLoss {
  private HingeLoss() {}

  /** E max(0, 1 - real) + E max(0, 1 + fake). */
  static SDVariable discriminator(SameDiff ops, SDVariable real, SDVariable fake) {
    return ops.nn().relu(real.rsub(1), 0).mean().add(ops.nn().relu(fake.add(1), 0).mean());
  }

  /** -E fake. */
  static SDVariable generator(SDVariable fake) {
    return fake.mean().neg();
  }
}
