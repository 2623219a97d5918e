package io.troupe.models.compile;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.NativeContext;
import io.troupe.models.graph.Warp;
import io.troupe.models.kernels.Kernel;
import io.troupe.models.memory.HostArray;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads the part of a graph that some outputs need: its operations in an order in which they can
 * run, with the shape of every result. What depends on constants and shapes alone is computed while
 * reading.
 */
public final class GraphReader implements AutoCloseable {
  private final String label;
  private final SameDiff function;
  private final Map<String, INDArray> inputs;
  private final Map<String, String> outputs;
  private final Map<String, Warp> warps;
  private final Optional<Bindings.Pause> pause;
  private final Map<String, Value> values = new HashMap<>();
  private final OperationList operations = new OperationList(this);
  private final List<INDArray> folded = new ArrayList<>();
  private final Map<DataType, INDArray> probes = new EnumMap<>(DataType.class);

  public GraphReader(Bindings bindings) {
    Graph graph = bindings.graph();
    label = "graph of " + bindings.outputs().keySet().stream().limit(3).toList();
    function = graph.function();
    inputs = bindings.inputs();
    outputs = graph.outputs();
    warps = graph.warps();
    pause = bindings.pause();
  }

  /** Which graph it is, for errors. */
  String label() {
    return label;
  }

  /** Reads what a variable needs and returns its value. */
  public Value read(String variable) {
    Value known = values.get(variable);
    if (known != null) {
      return known;
    }
    if (inputs.containsKey(variable)) {
      Value input = Value.input(variable, inputs.get(variable));
      pause
          .filter(p -> p.input().equals(variable))
          .map(p -> read(outputs.get(p.output())))
          .ifPresent(before -> operations.add(new PauseFunction(), input, before));
      values.put(variable, input);
    } else if (warps.containsKey(variable)) {
      values.put(variable, warped(variable, warps.get(variable)));
    } else if (function.getVariables().get(variable).getOutputOfOp() != null) {
      readOperation(function.getOps().get(function.getVariables().get(variable).getOutputOfOp()));
    } else {
      values.put(variable, constant(variable));
    }
    return values.get(variable);
  }

  private Value warped(String name, Warp warp) {
    Value pictures = read(warp.pictures());
    Value maps = read(warp.maps());
    INDArray array = pictures.array();
    Value result = Value.result(name, probe(array.dataType(), array.shape(), 'c'));
    operations.add(new WarpFunction(warp.transposed()), result, pictures, maps);
    return result;
  }

  private Value constant(String variable) {
    SDVariable found = function.getVariable(variable);
    if (found.isPlaceHolder()) {
      throw new IllegalStateException(label + ": placeholder " + variable + " is not an input");
    }
    return Value.constant(variable, own(found.getArr().dup('c')));
  }

  private void readOperation(SameDiffOp op) {
    List<Value> arguments = new ArrayList<>();
    if (op.getInputsToOp() != null) {
      for (String input : op.getInputsToOp()) {
        arguments.add(read(input));
      }
    }
    DifferentialFunction kind = Reductions.withoutLegacy(op.getOp());
    Operation bare = new Operation(label, kind, arguments, List.of());
    try {
      if (kind instanceof ReduceOp && arguments.size() > 1) {
        throw new UnsupportedOperationException("a reduction over axes that are an input");
      }
      add(bare, op.getOutputsOfOp());
    } catch (RuntimeException e) {
      throw bare.failure(e);
    }
  }

  private void add(Operation bare, List<String> names) {
    List<LongShapeDescriptor> shapes = shapes(bare);
    if (shapes == null || shapes.size() != names.size()) {
      throw new UnsupportedOperationException(
          "%s results where %s shapes are known".formatted(names, shapes));
    }
    // A shape does not depend on the values it is the shape of.
    boolean fold =
        bare.known() == OperationKind.SHAPE || bare.inputs().stream().allMatch(Value::isConstant);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      DataType type = function.getVariable(names.get(i)).dataType();
      LongShapeDescriptor shape = shapes.get(i).asDataType(type);
      Value result =
          fold
              ? Value.constant(names.get(i), own(Nd4j.create(shape)))
              : Value.result(names.get(i), probe(shape));
      values.put(names.get(i), result);
      results.add(result);
    }
    Operation operation = new Operation(label, bare.nd4jFunction(), bare.inputs(), results);
    if (fold) {
      try (Kernel kernel = operation.kernel()) {
        kernel.run();
      }
    } else {
      operations.add(operation);
    }
  }

  private static List<LongShapeDescriptor> shapes(Operation operation) {
    if (GroupedConvolution.is(operation)) {
      return GroupedConvolution.shapes(operation);
    }
    OpContext context = Nd4jKernel.context(operation, operation.nd4jFunction());
    try {
      return operation.nd4jFunction().calculateOutputShape(context);
    } finally {
      NativeContext.release(context);
    }
  }

  private INDArray probe(LongShapeDescriptor shape) {
    return probe(shape.dataType(), shape.getShape(), shape.getOrder());
  }

  /** As {@link Value#result} wants it. */
  INDArray probe(DataType type, long[] shape, char order) {
    INDArray memory = probes.computeIfAbsent(type, t -> own(Nd4j.create(t, 1)));
    return HostArray.view(memory, shape, order, 0);
  }

  /** Keeps a constant's array until this is closed. */
  INDArray own(INDArray array) {
    folded.add(array);
    return array;
  }

  /** The operations that outputs depend on, in order. */
  List<Operation> operations(List<Value> outputs) {
    return operations.needed(outputs);
  }

  /** Bytes of the constants. */
  long bytes() {
    return folded.stream().mapToLong(a -> a.length() * a.dataType().width()).sum();
  }

  /** Frees the constants. */
  @Override
  public void close() {
    folded.forEach(INDArray::close);
    folded.clear();
  }
}
