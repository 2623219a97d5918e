package io.troupe.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.LongArrayRef;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.Scalar;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Native arguments of calls, made once. They are freed with the scope in which they were made, and
 * must stay reachable as long as calls use them: this holds the memory that they only point to.
 */
final class Arguments implements AutoCloseable {
  private final List<Object> held = new ArrayList<>();
  private final List<INDArray> owned = new ArrayList<>();

  /** A list of numbers. */
  LongArrayRef longs(long... numbers) {
    LongPointer memory = new LongPointer(Math.max(1, numbers.length));
    memory.put(numbers, 0, numbers.length);
    LongArrayRef list = new LongArrayRef(memory, numbers.length);
    held.add(memory);
    held.add(list);
    return list;
  }

  /** A list of axes. */
  LongArrayRefOptional axes(List<Integer> axes) {
    LongArrayRefOptional list =
        new LongArrayRefOptional(longs(axes.stream().mapToLong(Integer::longValue).toArray()));
    held.add(list);
    return list;
  }

  /** A number. */
  Scalar number(double value) {
    Scalar number = new Scalar(value);
    held.add(number);
    return number;
  }

  /** Keeps an array of numbers that no run changes; it is freed with these arguments. */
  INDArray own(INDArray array) {
    owned.add(array);
    return array;
  }

  /** Bytes of the arrays. */
  long ownBytes() {
    return owned.stream().mapToLong(a -> a.length() * a.dataType().width()).sum();
  }

  /** Keeps another one. */
  <T> T keep(T argument) {
    held.add(argument);
    return argument;
  }

  /** Frees the arrays. */
  @Override
  public void close() {
    owned.forEach(INDArray::close);
    owned.clear();
  }
}
