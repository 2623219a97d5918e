package io.troupe.actors.checkpoint;

import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.training.NetworkLayouts;

/** The networks whose values a checkpoint holds. */
public enum StoredNetwork {
  /** The generator that is trained. */
  GENERATOR("generator"),
  /** The discriminator. */
  DISCRIMINATOR("discriminator"),
  /** The moving average of the generator, which pictures and scores are made with. */
  GENERATOR_AVERAGE("generator.average");

  private final String vector;

  StoredNetwork(String vector) {
    this.vector = vector;
  }

  /** The name of the checkpoint's vector that holds its parameters and states. */
  public String vector() {
    return vector;
  }

  /** Its layout; the average has the generator's. */
  public ParameterLayout layout(NetworkLayouts layouts) {
    return this == DISCRIMINATOR ? layouts.discriminator() : layouts.generator();
  }
}
