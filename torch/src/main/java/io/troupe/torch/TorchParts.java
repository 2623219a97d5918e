package io.troupe.torch;

import io.troupe.config.Catalogue;
import io.troupe.models.graph.Engine;
import java.util.List;

/** The engine that comes with this module. */
public final class TorchParts implements Catalogue {
  @Override
  public List<Engine> engines() {
    return List.of(new Engine("torch", TorchEngine::new));
  }
}
