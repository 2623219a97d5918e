package io.troupe.models.layers;

import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What a discriminator gives.
 *
 * @param logits [N, 1]
 * @param quantisation of the features on the way, whose loss is added to those of both networks
 */
public record DiscriminatorOutput(SDVariable logits, Optional<Quantisation> quantisation) {
  /** Logits with the quantisations of none or some layers. */
  public DiscriminatorOutput(SDVariable logits, List<Quantisation> quantisations) {
    this(
        logits,
        quantisations.isEmpty() ? Optional.empty() : Optional.of(Quantisation.of(quantisations)));
  }

  /** A loss on the logits, with what is added to it. */
  public SDVariable completed(SDVariable loss) {
    return quantisation.map(q -> loss.add(q.loss())).orElse(loss);
  }
}
