package io.troupe.models.compile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Operations in an order in which they can run, to which more can be added. */
final class OperationList {
  private final GraphReader reader;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<Long, Value> ones = new HashMap<>();

  OperationList(GraphReader reader) {
    this.reader = reader;
  }

  /** Adds an operation as it is. */
  void add(Operation operation) {
    operations.add(operation);
  }

  /** Adds an operation with a given result. */
  void add(Value result, DifferentialFunction function, Value... inputs) {
    operations.add(new Operation(reader.label(), function, List.of(inputs), List.of(result)));
  }

  /**
   * Adds an operation of our own.
   *
   * @param scratch floats of memory that it needs while it runs
   */
  void add(Computation computation, Value result, long scratch, List<Value> inputs) {
    INDArray probe = reader.probe(result.array().dataType(), new long[] {scratch}, 'c');
    Value memory = Value.result(result.name() + " scratch", probe);
    operations.add(
        new Operation(reader.label(), result.name(), computation, inputs, List.of(result, memory)));
  }

  /** Adds an operation of our own that needs no memory. */
  void add(Computation computation, Value result, Value... inputs) {
    operations.add(
        new Operation(
            reader.label(), result.name(), computation, List.of(inputs), List.of(result)));
  }

  /** Adds an operation with a new result of a shape. */
  Value add(String name, long[] shape, DifferentialFunction function, Value... inputs) {
    Value result = Value.result(name, reader.probe(inputs[0].array().dataType(), shape, 'c'));
    add(result, function, inputs);
    return result;
  }

  /** A custom operation with integer arguments. */
  static DynamicCustomOp custom(OperationKind kind, long... arguments) {
    DynamicCustomOp operation = DynamicCustomOp.builder(kind.opName()).build();
    operation.addIArgument(arguments);
    return operation;
  }

  /** The same elements under another shape. */
  Value reshape(Value value, long... shape) {
    return add(value.name() + " reshaped", shape, custom(OperationKind.RESHAPE, shape), value);
  }

  /** Makes a result the same elements as a value. */
  void alias(Value result, Value value) {
    add(result, custom(OperationKind.RESHAPE, result.array().shape()), value);
  }

  /** A constant number. */
  Value scalar(DataType type, double number) {
    return Value.constant("" + number, reader.own(Nd4j.scalar(type, number)));
  }

  /** A constant row of ones, [1, length]. */
  Value ones(DataType type, long length) {
    return ones.computeIfAbsent(
        length, n -> Value.constant("ones", reader.own(Nd4j.ones(type, 1, n))));
  }

  /** Those operations that the values depend on. */
  List<Operation> needed(List<Value> outputs) {
    Set<Value> needed = new HashSet<>(outputs);
    List<Operation> found = new ArrayList<>();
    for (int i = operations.size() - 1; i >= 0; i--) {
      Operation operation = operations.get(i);
      if (operation.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(operation.inputs());
        found.add(operation);
      }
    }
    Collections.reverse(found);
    return found;
  }
}
