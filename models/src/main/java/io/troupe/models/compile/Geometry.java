package io.troupe.models.compile;

import io.troupe.models.kernels.Elementwise;
import io.troupe.models.kernels.Elementwise.Spread;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** The shape of a channels-last array as our own kernels see it. */
record Geometry(List<Long> shape) {
  /** The shape of an array of rank 2 or more. */
  static Geometry of(INDArray array) {
    return new Geometry(Arrays.stream(array.shape()).boxed().toList());
  }

  /** Whether our own kernels can work on an array: its floats lie one after the other. */
  static boolean isPlain(INDArray array) {
    return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU
        && array.dataType() == DataType.FLOAT
        && array.ordering() == 'c'
        && (array.length() == 1 || array.elementWiseStride() == 1)
        && array.length() <= Integer.MAX_VALUE / Float.BYTES;
  }

  private int pictures() {
    return Math.toIntExact(shape.get(0));
  }

  private int channels() {
    return Math.toIntExact(shape.get(shape.size() - 1));
  }

  private long length() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /** How an array is spread over this shape, if our own kernels can spread it so. */
  Optional<Spread> spread(INDArray array) {
    if (!isPlain(array)) {
      return Optional.empty();
    }
    if (of(array).equals(this)) {
      return Optional.of(Spread.FULL);
    }
    if (array.length() == 1) {
      return Optional.of(Spread.SCALAR);
    }
    if (array.size(-1) == channels() && array.length() == channels()) {
      return Optional.of(Spread.CHANNEL);
    }
    boolean ofPictures =
        array.rank() == shape.size()
            && array.size(0) == pictures()
            && array.size(-1) == channels()
            && array.length() == (long) pictures() * channels();
    return ofPictures ? Optional.of(Spread.PICTURE) : Optional.empty();
  }

  /** A computation on arrays of this shape. */
  Elementwise work(
      List<Spread> operands,
      List<Elementwise.Step> steps,
      List<Integer> stores,
      List<Elementwise.Sum> sums) {
    int pixels = Math.toIntExact(length() / pictures() / channels());
    return new Elementwise(pictures(), pixels, channels(), operands, steps, stores, sums);
  }
}
