package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Small graphs with every way in which results may share memory, against SameDiff's execution. */
@Tag("parity")
class CompiledGraphTest {
  private static final int RUNS = 4;

  private final GraphBuilder builder = new GraphBuilder(DataType.FLOAT);
  private final SameDiff ops = builder.sameDiff();
  private final SDVariable x = builder.input("x", 3, 4);
  private final SDVariable y = builder.input("y", 3, 4);
  private final SDVariable row = builder.input("row", 4);

  /** Inputs named here are overwritten by the output of the same index. */
  private final Map<String, String> states = new LinkedHashMap<>();

  @Test
  void inPlaceChainLeavesInputsAlone() {
    SDVariable h = x.add(y).mul(row).add(1).mul(2);
    builder.output("chain", ops.math().sqrt(h.mul(h)).sub(y));
    check();
  }

  @Test
  void outputThatIsReadLater() {
    SDVariable h = x.add(y);
    builder.output("early", h);
    builder.output("late", h.mul(2).add(h));
    check();
  }

  @Test
  void reshapedOutputThatIsReadLater() {
    SDVariable h = x.add(y);
    builder.output("early", ops.reshape(h, 2, 6));
    builder.output("late", h.mul(2).add(1));
    check();
  }

  @Test
  void inputAsOutput() {
    builder.output("same", x);
    builder.output("view", ops.reshape(y, 4, 3));
    builder.output("sum", x.add(y));
    check();
  }

  @Test
  void twoOutputsOfOneVariable() {
    SDVariable h = x.mul(y);
    builder.output("one", h);
    builder.output("two", h);
    check();
  }

  @Test
  void viewThatOutlivesItsBase() {
    SDVariable base = x.add(y);
    SDVariable view = ops.reshape(base, 4, 3);
    SDVariable over = base.mul(3);
    builder.output("out", ops.mmul(over, view));
    check();
  }

  @Test
  void broadcastOfAViewOfTheSameMemory() {
    SDVariable h = ops.reshape(row.add(1), 1, 4);
    builder.output("out", ops.reshape(h, 4, 1).mul(h));
    check();
  }

  @Test
  void squareInPlace() {
    SDVariable h = x.add(y);
    builder.output("out", h.mul(h).add(1));
    check();
  }

  @Test
  void nextStatesOfTwoStates() {
    states.put("x", "x next");
    states.put("y", "y next");
    builder.output("x next", x.mul(0.5).add(y));
    builder.output("y next", x.sub(y));
    builder.output("used", x.mul(y));
    check();
  }

  @Test
  void statesThatChangePlaces() {
    states.put("x", "x next");
    states.put("y", "y next");
    builder.output("x next", y);
    builder.output("y next", x);
    check();
  }

  @Test
  void stateThatStays() {
    states.put("x", "x next");
    builder.output("x next", x);
    builder.output("out", x.add(y));
    check();
  }

  @Test
  void nextStateIsViewOfAnotherState() {
    states.put("x", "x next");
    states.put("y", "y next");
    builder.output("x next", ops.reshape(ops.reshape(y, 4, 3), 3, 4));
    builder.output("y next", y.mul(0.5).add(x));
    check();
  }

  @Test
  void constantsAreComputedOnce() {
    SDVariable constant = ops.constant(Nd4j.createFromArray(1f, 2f, 3f, 4f));
    SDVariable folded = ops.math().sqrt(constant.mul(constant).add(1));
    builder.output("out", x.mul(folded).add(folded));
    builder.output("constant", ops.reshape(folded, 2, 2));
    check();
  }

  @Test
  void gradientsOfMatrixProductAndReductions() {
    SDVariable product = ops.mmul(x, y, false, true, false);
    SDVariable loss = ops.nn().relu(product.mul(row.sum()), 0).mean();
    builder.output("loss", loss);
    check(builder.build("loss", List.of("x", "y", "row")));
  }

  @Test
  void operationThatDoesNotFitIsNamed() {
    builder.output("bad", ops.mmul(x, y));
    Bindings bindings = bindInputs().bind("bad", Nd4j.zeros(DataType.FLOAT, 3, 4));
    assertThatThrownBy(() -> CompiledGraph.compile(bindings))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("graph of [bad]")
        .hasMessageContaining("matmul")
        .hasMessageContaining("x FLOAT[3, 4], y FLOAT[3, 4]");
  }

  @Test
  void operationThatFailsWhenRunIsNamed() {
    builder.output("root", ops.linalg().cholesky(ops.mmul(x, y, false, true, false)));
    Bindings bindings = bindInputs();
    INDArray factor = bindings.inputs().get("x");
    factor.assign(Nd4j.eye(4).castTo(DataType.FLOAT).get(NDArrayIndex.interval(0, 3)));
    bindings.inputs().get("y").assign(factor);
    try (Program program =
        CompiledGraph.compile(bindings.bind("root", Nd4j.zeros(DataType.FLOAT, 3, 3)))) {
      program.run();
      factor.negi();
      assertThatThrownBy(program::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("graph of [root]")
          .hasMessageContaining("cholesky")
          .hasMessageContaining("FLOAT[3, 3]");
    }
  }

  @Test
  void outputOfAnotherShapeIsRefused() {
    builder.output("out", x.add(y));
    Bindings bindings = bindInputs().bind("out", Nd4j.zeros(DataType.FLOAT, 12));
    assertThatThrownBy(() -> CompiledGraph.compile(bindings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("output out is FLOAT [3, 4] but is bound to FLOAT [12]");
  }

  @Test
  void plannedBytesAreThoseOfTheArenaAndTheConstants() {
    SDVariable constant = ops.constant(Nd4j.zeros(DataType.FLOAT, 3, 4));
    SDVariable sum = x.add(constant);
    builder.output("out", ops.reshape(ops.mmul(sum, y, false, true, false), 9));
    try (CompiledGraph program =
        CompiledGraph.of(bindInputs().bind("out", Nd4j.zeros(DataType.FLOAT, 9)))) {
      // Two results of 12 and 9 floats, 16 floats apart; 16 floats to begin at a cache line; the
      // constant; one float that stands for results until they are placed.
      assertThat(program.plannedBytes()).isEqualTo(4 * (16 + 9 + 16 + 12 + 1));
    }
  }

  private Bindings bindInputs() {
    Bindings bindings = new Bindings(builder.build());
    builder
        .build()
        .inputs()
        .forEach((name, shape) -> bindings.bind(name, Nd4j.zeros(DataType.FLOAT, shape)));
    return bindings;
  }

  private void check() {
    check(builder.build());
  }

  /** Runs both ways several times, changing the inputs that are not states in between. */
  private void check(Graph graph) {
    Map<String, INDArray> compiledArrays = new LinkedHashMap<>();
    Map<String, INDArray> referenceArrays = new LinkedHashMap<>();
    try (Program compiled = CompiledGraph.withoutReplacements(bind(graph, compiledArrays));
        Program reference = SameDiffProgram.compile(bind(graph, referenceArrays))) {
      for (int run = 0; run < RUNS; run++) {
        for (String name : graph.inputs().keySet()) {
          if (run == 0 || !states.containsKey(name)) {
            fill(compiledArrays.get(name), run, name);
            fill(referenceArrays.get(name), run, name);
          }
        }
        compiled.run();
        reference.run();
        for (String name : compiledArrays.keySet()) {
          assertThat(values(compiledArrays.get(name)))
              .as("%s in run %d", name, run)
              .isEqualTo(values(referenceArrays.get(name)))
              .doesNotContain(Float.NaN);
        }
      }
    }
  }

  private static float[] values(INDArray array) {
    return array.dup().data().asFloat();
  }

  private Bindings bind(Graph graph, Map<String, INDArray> arrays) {
    Bindings bindings = new Bindings(graph);
    graph.inputs().forEach((name, shape) -> arrays.put(name, Nd4j.create(DataType.FLOAT, shape)));
    arrays.forEach(bindings::bind);
    states.forEach((input, output) -> bindings.bind(output, arrays.get(input)));
    for (Map.Entry<String, String> output : graph.outputs().entrySet()) {
      if (!states.containsValue(output.getKey())) {
        long[] shape = graph.function().getVariable(output.getValue()).eval(zeros(graph)).shape();
        arrays.put(output.getKey(), Nd4j.create(DataType.FLOAT, shape));
        bindings.bind(output.getKey(), arrays.get(output.getKey()));
      }
    }
    return bindings;
  }

  private static Map<String, INDArray> zeros(Graph graph) {
    Map<String, INDArray> zeros = new LinkedHashMap<>();
    graph.inputs().forEach((name, shape) -> zeros.put(name, Nd4j.zeros(DataType.FLOAT, shape)));
    return zeros;
  }

  private static void fill(INDArray array, int run, String name) {
    CounterRandom random = new CounterRandom(5, Stream.INITIALISATION, run, name.length());
    for (long i = 0; i < array.length(); i++) {
      array.data().put(i, (float) random.nextGaussian());
    }
  }
}
