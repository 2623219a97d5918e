package io.troupe.extending;

import io.troupe.config.Catalogue;
import io.troupe.config.DatasetChoice;
import io.troupe.config.EngineChoice;
import io.troupe.config.LossChoice;
import io.troupe.config.MetricChoice;
import io.troupe.config.NetworkChoice;
import io.troupe.config.PenaltyChoice;
import io.troupe.models.graph.Engine;
import java.util.List;

/** What a jar on the class path adds to the program. */
public final class AddedParts implements Catalogue {
  @Override
  public List<MetricChoice> metrics() {
    return List.of(new MeanDistance());
  }

  @Override
  public List<DatasetChoice> datasets() {
    return List.of(new Stripes.Format());
  }

  @Override
  public List<NetworkChoice> networks() {
    return List.of(new LinearNetworks.Family());
  }

  @Override
  public List<LossChoice> losses() {
    return List.of(new LeastSquaresLoss());
  }

  @Override
  public List<PenaltyChoice> penalties() {
    return List.of(new FakeGradientPenalty());
  }

  @Override
  public List<EngineChoice> engines() {
    return List.of(new Engine("counting", (device, tf32) -> new CountingEngine()));
  }
}
