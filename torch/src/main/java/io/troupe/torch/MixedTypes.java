package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Float32;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Which numbers are bfloat16 in mixed precision, and the casts between them and float32
 * (docs/decisions/028 and 034). In float32 there are none.
 */
final class MixedTypes {
  private final Tape tape;
  private final boolean mixed;

  /** For the calls of a tape. */
  MixedTypes(Tape tape, boolean mixed) {
    this.tape = tape;
    this.mixed = mixed;
  }

  boolean isMixed() {
    return mixed;
  }

  /** Whether a result of convolutions, or of what follows them, is stored as bfloat16. */
  DataType ofPictures(List<Long> shape) {
    int rank = shape.size();
    return mixed && rank > 1 && shape.get(rank - 1) % 2 == 0 ? DataType.BFLOAT16 : DataType.FLOAT;
  }

  /** As {@link #ofPictures}, if one of what is read is bfloat16 and has the result's shape. */
  DataType following(List<Long> shape, Place... read) {
    boolean narrow =
        Stream.of(read)
            .anyMatch(p -> p.slot().type() == DataType.BFLOAT16 && p.shape().equals(shape));
    return narrow ? ofPictures(shape) : DataType.FLOAT;
  }

  /** As float32, if it is bfloat16. */
  Place full(Place place) {
    return place.slot().type() == DataType.BFLOAT16 ? tape.cast(place, DataType.FLOAT) : place;
  }

  /** What an operation that rounds its operands multiplies, in the type of the result. */
  Place rounded(Place place, DataType result) {
    return tape.cast(tape.cast(place, DataType.BFLOAT16), result);
  }

  /**
   * Whether an operation is a product of matrices, or its gradients, that rounds its operands:
   * where one of the three sizes is 1 it is one of a vector.
   */
  boolean rounds(FlatGraph.Step step) {
    long[] left = step.inputs().get(0).array().shape();
    long[] product =
        step.inputs().size() > 2
            ? step.inputs().get(2).array().shape()
            : step.outputs().get(0).array().shape();
    int rank = product.length;
    if (!mixed || rank < 2) {
      return false;
    }
    long rows = product[rank - 2];
    long columns = product[rank - 1];
    long inner = left[rank - 2] * left[rank - 1] / rows;
    return rows > 1
        && columns > 1
        && inner > 1
        && Stream.concat(Stream.of(step.name()), step.inputs().stream().map(FlatGraph.Node::name))
            .noneMatch(Float32::covers);
  }
}
