package io.troupe.models.losses;

import io.troupe.config.RunSettings;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The losses of both networks as the settings name them. Logits have shape [N, 1]. */
public final class AdversarialLoss {
  private AdversarialLoss() {}

  /** What the discriminator minimises. */
  public static SDVariable discriminator(
      RunSettings.Loss loss, SameDiff ops, SDVariable real, SDVariable fake) {
    return switch (loss) {
      case HINGE -> HingeLoss.discriminator(ops, real, fake);
      case LOGISTIC -> LogisticLoss.discriminator(ops, real, fake);
    };
  }

  /** What the generator minimises. */
  public static SDVariable generator(RunSettings.Loss loss, SameDiff ops, SDVariable fake) {
    return switch (loss) {
      case HINGE -> HingeLoss.generator(fake);
      case LOGISTIC -> LogisticLoss.generator(ops, fake);
    };
  }
}
