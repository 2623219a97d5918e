package io.troupe.models.penalties;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.GraphBuilder;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Consistency regularisation: the mean squared difference of the logits of an image and of the same
 * image slightly changed, of real ones (Zhang et al., "Consistency regularization for generative
 * adversarial networks", 2020), and of generated ones too (balanced; Zhao et al., "Improved
 * consistency regularization for GANs", 2020).
 */
public final class Consistency implements LogitPenalty {
  private static final String REAL = "consistency of real images";
  private static final String FAKE = "consistency of generated images";

  @Override
  public String name() {
    return "consistency_penalty";
  }

  @Override
  public boolean isWanted(TrainingSettings settings) {
    return settings.consistency().real() > 0 || settings.consistency().fake() > 0;
  }

  @Override
  public SDVariable of(GraphBuilder graph, TrainingSettings settings, Judged logits) {
    if (settings.consistency().fake() == 0) {
      return ofReal(graph, logits);
    }
    SDVariable ofFake =
        squares(logits.fake(), logits.movedFake().orElseThrow()).mul(graph.input(FAKE));
    return settings.consistency().real() == 0 ? ofFake : ofReal(graph, logits).add(ofFake);
  }

  private static SDVariable ofReal(GraphBuilder graph, Judged logits) {
    return squares(logits.real(), logits.movedReal().orElseThrow()).mul(graph.input(REAL));
  }

  private static SDVariable squares(SDVariable logits, SDVariable moved) {
    SDVariable difference = logits.sub(moved);
    return difference.mul(difference).mean();
  }

  @Override
  public Map<String, Double> inputs(TrainingSettings settings, LogitMeans means) {
    return Map.of(REAL, settings.consistency().real(), FAKE, settings.consistency().fake());
  }
}
