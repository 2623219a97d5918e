package io.troupe.models.layers;

import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * SpectralNormLayers normalisation (Miyato et al., 2018): a weight matrix divided by an estimate of
 * its largest singular value, from one power iteration per forward pass.
 *
 * <p>The estimate starts from the state {@code u}, whose next value is what the iteration leaves.
 * The iteration's vectors are constants to the gradient; the weight inside the estimate is not.
 */
final class SpectralNorm {
  private SpectralNorm() {}

  /**
   * Declares the parameter {@code weight} and returns it normalised, in its own shape.
   *
   * @param outputs length of u: the weight's last dimension, or for an embedding its first
   * @param rows whether outputs are the weight's rows (an embedding [classes, features])
   * @param epsilon least norm that the iteration divides by
   */
  static SDVariable weight(
      Scope scope, Initial initial, double epsilon, long outputs, boolean rows, long... shape) {
    SameDiff ops = scope.operations();
    SDVariable weight = scope.parameter("weight", initial, shape);
    SDVariable u = scope.state("u", new Initial.Normal(1), outputs);
    SDVariable left = ops.reshape(u, 1, outputs);
    // As [inputs, outputs] or, for an embedding, [outputs, inputs].
    long[] matrix = {rows ? outputs : -1, rows ? -1 : outputs};
    SDVariable constant = ops.reshape(scope.detached("weight"), matrix);
    SDVariable v = unit(ops, ops.mmul(left, constant, false, !rows, false), epsilon);
    SDVariable next = unit(ops, ops.mmul(v, constant, false, rows, false), epsilon);
    scope.nextState("u", ops.reshape(next, outputs));
    SDVariable product = ops.mmul(v, ops.reshape(weight, matrix), false, rows, false);
    SDVariable sigma = product.mul(next).sum();
    // Not div: ND4J's gradient of a division by a scalar is wrong (docs/decisions/002).
    return weight.mul(ops.math().reciprocal(sigma));
  }

  private static SDVariable unit(SameDiff ops, SDVariable row, double epsilon) {
    SDVariable norm = ops.math().sqrt(row.mul(row).sum());
    return row.div(ops.math().max(norm, ops.constant(Nd4j.scalar(norm.dataType(), epsilon))));
  }
}
