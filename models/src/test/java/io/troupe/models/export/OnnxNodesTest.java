package io.troupe.models.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.troupe.models.compile.FlatGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import onnx.Onnx;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Operations that networks of others may have: as ONNX Runtime and ND4J run them. */
@Tag("parity")
class OnnxNodesTest {
  private static final float[][] VALUES = {{0.5f, 1.5f, -0.25f}, {-2, 0.75f, 3}};

  private static FlatGraph flat(
      BiFunction<SameDiff, SDVariable, SDVariable> added, INDArray x, INDArray result) {
    GraphBuilder builder = new GraphBuilder(DataType.FLOAT);
    SDVariable y = added.apply(builder.sameDiff(), builder.input("x", 2, 3));
    builder.output("y", y.rename("y"));
    return FlatGraph.of(new Bindings(builder.build()).bind("x", x).bind("y", result));
  }

  private static void requireSame(BiFunction<SameDiff, SDVariable, SDVariable> added)
      throws Exception {
    SameDiff reference = SameDiff.create();
    INDArray x = Nd4j.createFromArray(VALUES);
    INDArray expected = added.apply(reference, reference.constant(x)).eval();
    Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder().setName("operations");
    try (FlatGraph flat = flat(added, x, Nd4j.create(DataType.FLOAT, expected.shape()))) {
      OnnxNodes nodes = new OnnxNodes(graph);
      flat.steps().forEach(nodes::add);
    }
    graph.addInput(OnnxFile.tensor("x", Onnx.TensorProto.DataType.FLOAT, 2, 3));
    graph.addOutput(OnnxFile.tensor("y", Onnx.TensorProto.DataType.FLOAT, expected.shape()));
    byte[] model = OnnxFile.model(graph).build().toByteArray();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(model);
        OnnxTensor input = OnnxTensor.createTensor(environment, VALUES);
        OrtSession.Result result = session.run(Map.of("x", input))) {
      FloatBuffer found = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] wanted = expected.dup('c').data().asFloat();
      assertThat(found.remaining()).isEqualTo(wanted.length);
      for (int i = 0; i < wanted.length; i++) {
        assertThat(found.get(i)).as("element %d", i).isCloseTo(wanted[i], within(1e-5f));
      }
    }
  }

  @Test
  void elementwise() throws Exception {
    requireSame(
        (ops, x) -> {
          SDVariable positive = ops.math().abs(x).add(0.5);
          SDVariable sum = ops.math().sqrt(positive).add(ops.math().log(positive));
          sum = sum.add(ops.math().exp(x.neg())).add(ops.nn().sigmoid(x)).sub(x.mul(2));
          sum = sum.add(ops.nn().softplus(x)).add(ops.math().square(x)).sub(0.25);
          sum = sum.add(ops.math().max(x, positive)).add(ops.math().min(x, positive));
          sum = sum.add(x.div(positive)).add(ops.math().reciprocal(positive)).div(3);
          sum = sum.add(positive.rdiv(2)).add(x.rsub(1)).add(ops.scalarMax(x, 0.1));
          return sum.add(ops.math().pow(positive, 1.5)).add(ops.math().tanh(x));
        });
  }

  @Test
  void reductionsAndProducts() throws Exception {
    requireSame(
        (ops, x) -> {
          SDVariable product = ops.mmul(x, x, true, false, false);
          SDVariable shares = ops.nn().softmax(product, 1);
          return shares.sub(product.mean(true, 1)).add(product.sum(0)).mul(x.sum());
        });
  }

  @Test
  void whatHasNoCounterpartIsNamed() {
    INDArray x = Nd4j.createFromArray(VALUES);
    try (FlatGraph flat =
        flat((ops, v) -> ops.cumsum(v, 0), x, Nd4j.create(DataType.FLOAT, 2, 3))) {
      List<FlatGraph.Step> steps = flat.steps();
      OnnxNodes nodes = new OnnxNodes(Onnx.GraphProto.newBuilder());
      assertThatThrownBy(() -> nodes.add(steps.get(steps.size() - 1)))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("cumsum")
          .hasMessageContaining("ONNX");
    }
  }
}
