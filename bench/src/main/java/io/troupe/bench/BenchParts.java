package io.troupe.bench;

import io.troupe.config.Catalogue;
import io.troupe.models.graph.Engine;
import java.util.List;

/** An engine that is of interest to benchmarks alone. */
public final class BenchParts implements Catalogue {
  @Override
  public List<Engine> engines() {
    return List.of(Engine.onCpu("mixed", new MixedEngine()));
  }
}
