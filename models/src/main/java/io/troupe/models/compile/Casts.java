package io.troupe.models.compile;

import io.troupe.models.kernels.Bfloat16Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes a plan one of mixed precision (docs/decisions/028): values become bfloat16, and where an
 * operation wants the other type of what it reads, a cast comes before it.
 */
final class Casts {
  private final GraphReader reader;
  private final Set<Value> narrow;
  private final Bfloat16Choice choice;
  private final Map<Value, Value> rounded = new HashMap<>();
  private final Map<Value, Value> expanded = new HashMap<>();
  private final List<Operation> result = new ArrayList<>();

  /**
   * For one plan.
   *
   * @param narrow the values that are bfloat16 in memory
   */
  Casts(GraphReader reader, Set<Value> narrow, Bfloat16Choice choice) {
    this.reader = reader;
    this.narrow = narrow;
    this.choice = choice;
  }

  /** The operations with casts. */
  List<Operation> apply(List<Operation> operations) {
    for (Operation operation : operations) {
      operation.outputs().stream()
          .filter(narrow::contains)
          .forEach(v -> v.place(probe(v, DataType.BFLOAT16)));
      add(operation);
    }
    return result;
  }

  private INDArray probe(Value like, DataType type) {
    return reader.probe(type, like.array().shape(), 'c');
  }

  private void add(Operation operation) {
    if (operation.computation() instanceof ConvolutionFunction convolution) {
      MixedConvolution mixed = MixedConvolution.of(convolution, operation, choice);
      add(
          operation,
          mixed,
          v -> convolution.isPictures(operation, v) ? inBfloat16(v) : inFloat32(v),
          withScratch(operation, mixed.scratch()));
    } else if (operation.computation() instanceof ElementwiseFunction function) {
      add(
          operation,
          new ElementwiseFunction(function.work(), choice.needsInstructions()),
          v -> function.readsInFull(operation, v) ? v : inFloat32(v),
          operation.outputs());
    } else if (NarrowValues.isNarrowView(operation, narrow)) {
      result.add(operation);
    } else if (PictureFunction.of(operation).isPresent()
        && narrow.containsAll(operation.outputs())) {
      List<Value> inputs = PictureFunction.read(operation);
      Computation pictures = PictureFunction.of(operation).get();
      result.add(
          new Operation(
              operation.graph(), operation.name(), pictures, inputs, operation.outputs()));
    } else if (MatrixSizes.isProduct(operation)) {
      if (choice.needsInstructions() && operation.computation() instanceof ProductFunction stacks) {
        addBfloat16Product(operation, stacks);
      } else {
        addProduct(operation);
      }
    } else {
      add(operation, operation.computation(), this::inFloat32, operation.outputs());
    }
  }

  private void add(
      Operation operation,
      Computation computation,
      UnaryOperator<Value> cast,
      List<Value> outputs) {
    List<Value> inputs = operation.inputs().stream().map(cast).toList();
    result.add(new Operation(operation.graph(), operation.name(), computation, inputs, outputs));
  }

  /** The result of an operation, and scratch memory in place of what it had in float32. */
  private List<Value> withScratch(Operation operation, long floats) {
    Value scratch = operation.outputs().get(1);
    return List.of(
        operation.outputs().get(0),
        Value.result(scratch.name(), reader.probe(DataType.FLOAT, new long[] {floats}, 'c')));
  }

  /** By the instructions for it, as convolutions are. */
  private void addBfloat16Product(Operation operation, ProductFunction stacks) {
    long scratch = stacks.bfloat16Scratch(isBfloat16(operation.outputs().get(0)));
    add(operation, stacks, this::inBfloat16, withScratch(operation, scratch));
  }

  /** In float32, of rounded operands. */
  private void addProduct(Operation operation) {
    List<Value> sums = new ArrayList<>(operation.outputs());
    List<Value> toRound = operation.outputs().stream().filter(narrow::contains).toList();
    sums.replaceAll(
        v ->
            narrow.contains(v)
                ? Value.result(v.name() + " in float32", probe(v, DataType.FLOAT))
                : v);
    add(operation, operation.computation(), v -> inFloat32(inBfloat16(v)), sums);
    for (Value value : toRound) {
      cast(sums.get(operation.outputs().indexOf(value)), value);
    }
  }

  private Value inBfloat16(Value value) {
    return isBfloat16(value)
        ? value
        : rounded.computeIfAbsent(value, v -> cast(v, "rounded", DataType.BFLOAT16));
  }

  private Value inFloat32(Value value) {
    return isBfloat16(value)
        ? expanded.computeIfAbsent(value, v -> cast(v, "in float32", DataType.FLOAT))
        : value;
  }

  private static boolean isBfloat16(Value value) {
    return value.array().dataType() == DataType.BFLOAT16;
  }

  private Value cast(Value from, String name, DataType type) {
    Value to = Value.result(from.name() + " " + name, probe(from, type));
    cast(from, to);
    return to;
  }

  private void cast(Value from, Value to) {
    result.add(
        new Operation(reader.label(), to.name(), new CastFunction(), List.of(from), List.of(to)));
  }
}
