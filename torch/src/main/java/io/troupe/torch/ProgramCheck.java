package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.Precision;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.HostArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compiles each program twice, and compares all outputs of each run: both read the same numbers.
 * What goes on is the reference's.
 */
final class ProgramCheck implements ProgramCompiler {
  /** A gradient that is zero but for rounding counts as one of this share of the largest. */
  private static final double NOTHING = 1e-2;

  private static final String GRADIENT = Graph.gradientOf("");
  private static final Set<String> LOSSES = Set.of("loss", "penalty");

  /**
   * Means in which logits of both signs may cancel: 0.0095 of eight logits of up to 23 was seen,
   * where their last bit is a 5,000th of it. They count as large as the loss, which is a mean of
   * what the same logits are without signs.
   */
  private static final Set<String> LOGITS = Set.of("real logit", "fake logit");

  private final ProgramCompiler reference;
  private final ProgramCompiler engine;
  private final Map<String, Double> worst = new HashMap<>();
  private final Set<String> seen = new TreeSet<>();
  private final Map<String, FlatGraph.Step> operations = new HashMap<>();
  private String worstGradient = "none";
  private int runs;
  private final Map<String, Integer> roundings = new HashMap<>();
  private int products;

  ProgramCheck(ProgramCompiler reference, ProgramCompiler engine) {
    this.reference = reference;
    this.engine = engine;
  }

  /** An engine that computes in float32 what the programs are to compute in mixed precision. */
  static ProgramCompiler inFloat32(ProgramCompiler engine) {
    return bindings -> {
      Precision wanted = bindings.precision();
      Program program = engine.compile(bindings.precision(Precision.FLOAT32));
      bindings.precision(wanted);
      return program;
    };
  }

  @Override
  public Program compile(Bindings bindings) {
    Program expected = reference.compile(bindings);
    FlatGraph graph = FlatGraph.of(bindings);
    graph.steps().stream()
        .filter(step -> !step.kind().equals(FlatGraph.PAUSE))
        .forEach(step -> operations.putIfAbsent(step.signature(), step));
    products = Math.max(products, products(graph));
    List<FlatGraph.Output> outputs = graph.outputs();
    List<INDArray> inputs = graph.inputs().stream().map(FlatGraph.Node::array).toList();
    List<INDArray> bound = new ArrayList<>(inputs);
    outputs.forEach(output -> bound.add(output.target()));
    Program found = engine.compile(bindings);
    if (found instanceof TorchProgram program) {
      program.roundings().forEach((name, count) -> roundings.merge(group(name), count, Math::max));
    }
    return new Program() {
      @Override
      public void run(Runnable pause) {
        List<float[]> before = outputs.stream().map(o -> HostArray.copy(o.target())).toList();
        expected.run(pause);
        List<float[]> results = outputs.stream().map(o -> HostArray.copy(o.target())).toList();
        for (int i = 0; i < before.size(); i++) {
          boolean state = false;
          for (INDArray input : inputs) {
            state |= Memory.overlap(input, outputs.get(i).target());
          }
          fill(outputs.get(i).target(), state ? before.get(i) : new float[results.get(i).length]);
        }
        // The reference has changed the host's copies without a word.
        bound.forEach(HostArray::claim);
        // What was written in the pause is still there.
        found.run(() -> {});
        List<float[]> others = outputs.stream().map(o -> HostArray.copy(o.target())).toList();
        for (int i = 0; i < results.size(); i++) {
          fill(outputs.get(i).target(), results.get(i));
        }
        bound.forEach(HostArray::claim);
        runs++;
        compare(outputs, results, others);
      }

      @Override
      public long plannedBytes() {
        return found.plannedBytes();
      }

      @Override
      public void close() {
        expected.close();
        found.close();
        graph.close();
      }
    };
  }

  private static void fill(INDArray array, float[] numbers) {
    HostArray.claim(array);
    try (INDArray source = org.nd4j.linalg.factory.Nd4j.createFromArray(numbers)) {
      array.assign(source.reshape(array.shape()));
    }
  }

  private void compare(
      List<FlatGraph.Output> outputs, List<float[]> expected, List<float[]> found) {
    double largest = 0;
    double differences = 0;
    double sizes = 0;
    for (int i = 0; i < outputs.size(); i++) {
      if (isGradient(outputs.get(i))) {
        double size = Comparison.size(expected.get(i));
        largest = Math.max(largest, size);
        sizes += size * size * expected.get(i).length;
        double distance = Comparison.distance(expected.get(i), found.get(i));
        differences += distance * distance * expected.get(i).length;
      }
    }
    if (sizes > 0) {
      note("gradient", Math.sqrt(differences / sizes));
    }
    double loss = 0;
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).name().equals("loss")) {
        loss = Comparison.size(expected.get(i));
      }
    }
    for (int i = 0; i < outputs.size(); i++) {
      boolean gradient = isGradient(outputs.get(i));
      double least =
          gradient ? NOTHING * largest : LOGITS.contains(outputs.get(i).name()) ? loss : 0;
      double scale = Math.max(Comparison.size(expected.get(i)), least);
      double distance = Comparison.distance(expected.get(i), found.get(i)) / Math.max(scale, 1e-6);
      String name = outputs.get(i).name();
      seen.add(name);
      if (gradient && distance > worst.getOrDefault("one gradient", 0.0)) {
        worstGradient = name;
      }
      note(gradient ? "one gradient" : group(name), distance);
    }
  }

  private void note(String group, double distance) {
    worst.merge(
        group,
        distance,
        (a, b) -> Double.isNaN(a) || Double.isNaN(b) ? Double.NaN : Math.max(a, b));
  }

  private static String group(String output) {
    return output.startsWith(GRADIENT) ? "gradient" : LOSSES.contains(output) ? "losses" : "others";
  }

  private static boolean isGradient(FlatGraph.Output output) {
    return output.name().startsWith(GRADIENT);
  }

  /**
   * The relative distance of what differs most of a group: {@code losses}, the losses and
   * penalties; {@code gradient}, that of all parameters in one; {@code one gradient}, one tensor's;
   * and {@code others}, the other outputs. Not a number if there are none.
   */
  double worst(String group) {
    return worst.getOrDefault(group, Double.NaN);
  }

  /** The gradient that differs most. */
  String worstGradient() {
    return worstGradient;
  }

  /** All operations of all programs, one of each kind, arguments and shapes. */
  Map<String, FlatGraph.Step> operations() {
    return operations;
  }

  /**
   * How often, at most, what an output of a group is made of is rounded to bfloat16 by the engine
   * torch, one time after the other.
   */
  int roundings(String group) {
    return roundings.getOrDefault(group, 0);
  }

  /** How many convolutions and products, at most, a number goes through, one after the other. */
  int products() {
    return products;
  }

  private static int products(FlatGraph graph) {
    Map<FlatGraph.Node, Integer> counts = new HashMap<>();
    int most = 0;
    for (FlatGraph.Step step : graph.steps()) {
      int count = step.inputs().stream().mapToInt(in -> counts.getOrDefault(in, 0)).max().orElse(0);
      if (step.kind().startsWith("conv2d") || step.kind().startsWith("matmul")) {
        count++;
      }
      for (FlatGraph.Node output : step.outputs()) {
        counts.put(output, count);
      }
      most = Math.max(most, count);
    }
    return most;
  }

  /** Program runs that were compared. */
  int runs() {
    return runs;
  }

  /** Outputs that were compared. */
  int outputs() {
    return seen.size();
  }
}
