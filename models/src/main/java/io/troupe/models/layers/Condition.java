package io.troupe.models.layers;

import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/** What a normalisation's gains and biases are conditioned on. */
@FunctionalInterface
public interface Condition {
  /**
   * Adds numbers that are learned for this use.
   *
   * @param name of the use, unique in its scope
   * @return a row for each picture, [N, features]
   */
  SDVariable rows(Scope scope, String name, long features);

  /**
   * A learned row for each class.
   *
   * @param classes one-hot [N, count]
   * @param initial how the rows begin
   */
  static Condition table(SDVariable classes, long count, Initial initial) {
    return (scope, name, features) -> classes.mmul(scope.parameter(name, initial, count, features));
  }

  /**
   * A linear function, without bias, of a vector for each picture.
   *
   * @param vectors [N, length]
   */
  static Condition linear(SpectralNormLayers layers, SDVariable vectors, long length) {
    return (scope, name, features) -> layers.product(scope.child(name), vectors, length, features);
  }
}
