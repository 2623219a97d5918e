package io.troupe.models.penalties;

import io.troupe.models.graph.GraphBuilder;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A network as a function of the input that a penalty differentiates it by. It is added to two
 * graphs and must be the same in both; its other inputs (classes, noise) are to be bound to the
 * same arrays.
 */
@FunctionalInterface
public interface NetworkFunction {
  /**
   * Adds the network to a graph.
   *
   * @param input the first dimension is the pictures of the batch
   * @return the network's output
   */
  SDVariable apply(GraphBuilder graph, SDVariable input);
}
