package io.troupe.models.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What quantising a network's features gives to its training.
 *
 * @param loss the weighted mean squared distance of features to their nearest codes, a scalar
 * @param perplexity how many codes are in use: e to the power of the entropy of their shares, from
 *     1 to the number of codes, a scalar
 * @param following adds to the graph that its runs let the codes follow the features
 */
public record Quantisation(SDVariable loss, SDVariable perplexity, Runnable following) {
  /** Lets the codes follow the features in each run of the graph; to be called once at most. */
  public void follow() {
    following.run();
  }

  /** Several as one: the sum of losses, the mean perplexity. */
  static Quantisation of(List<Quantisation> parts) {
    SDVariable loss = parts.get(0).loss;
    SDVariable perplexity = parts.get(0).perplexity;
    for (Quantisation part : parts.subList(1, parts.size())) {
      loss = loss.add(part.loss);
      perplexity = perplexity.add(part.perplexity);
    }
    return new Quantisation(
        loss, perplexity.mul(1.0 / parts.size()), () -> parts.forEach(Quantisation::follow));
  }
}
