package io.troupe.models.penalties;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.GraphBuilder;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * LeCam regularisation (Tseng et al., "Regularizing generative adversarial networks under limited
 * data", 2021): the mean squares by which logits of real images are above the moving average of
 * those of generated ones, and logits of generated images below that of real ones. The averages are
 * of the steps before; in the first step there are none, and no penalty.
 */
public final class LeCam implements LogitPenalty {
  private static final String WEIGHT = "lecam weight";
  private static final String REAL = "mean logit of real images before";
  private static final String FAKE = "mean logit of generated images before";

  @Override
  public String name() {
    return "lecam_penalty";
  }

  @Override
  public boolean isWanted(TrainingSettings settings) {
    return settings.lecam().weight() > 0;
  }

  @Override
  public SDVariable of(GraphBuilder graph, TrainingSettings settings, Judged logits) {
    SameDiff ops = graph.sameDiff();
    SDVariable real = squares(ops, logits.real().sub(graph.input(FAKE)));
    SDVariable fake = squares(ops, logits.fake().neg().add(graph.input(REAL)));
    return real.add(fake).mul(graph.input(WEIGHT));
  }

  private static SDVariable squares(SameDiff ops, SDVariable excess) {
    SDVariable positive = ops.nn().relu(excess, 0);
    return positive.mul(positive).mean();
  }

  @Override
  public Map<String, Double> inputs(TrainingSettings settings, LogitMeans means) {
    double scale = means.scale(settings.lecam().decay());
    return Map.of(
        WEIGHT,
        means.steps() == 0 ? 0 : settings.lecam().weight(),
        REAL,
        means.real() * scale,
        FAKE,
        means.fake() * scale);
  }
}
