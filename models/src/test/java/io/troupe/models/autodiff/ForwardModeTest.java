package io.troupe.models.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.models.graph.GraphBuilder;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

@Tag("gradient")
class ForwardModeTest {
  private final GraphBuilder builder = new GraphBuilder(DataType.DOUBLE);
  private final SameDiff ops = builder.sameDiff();
  private final SDVariable x = builder.input("x", 2, 3);
  private final SDVariable tangent = builder.input("tangent", 2, 3);
  private final SDVariable row = builder.input("row", 3);

  @Test
  void convolutionReluSumAndProduct() {
    new TangentCheck()
        .input("x", 2, 4, 4, 3)
        .input("kernel", 3, 3, 3, 5)
        .input("bias", 5)
        .input("last", 5, 2)
        .check(
            (scope, in) -> {
              SDVariable h =
                  scope
                      .operations()
                      .cnn()
                      .conv2d(
                          in.get("x"),
                          in.get("kernel"),
                          in.get("bias"),
                          TangentRulesTest.config(3, 1, 1));
              return scope.operations().nn().relu(h, 0).sum(1, 2).mmul(in.get("last"));
            });
  }

  /** Each picture less the group's mean, over the group's deviation (Karras et al., 2018). */
  @Test
  void minibatchDeviation() {
    new TangentCheck()
        .input("x", 4, 2, 2, 3)
        .check(
            (scope, in) -> {
              SDVariable centred = in.get("x").sub(in.get("x").mean(true, 0));
              SDVariable variance = centred.mul(centred).mean(true, 0);
              SDVariable deviation = scope.operations().math().sqrt(variance.add(1e-8));
              SDVariable map = scope.operations().tile(deviation.mean(true, 1, 2, 3), 4, 2, 2, 1);
              return scope.operations().concat(3, in.get("x"), map);
            });
  }

  /** Weights times styles, scaled to unit norm for each picture (Karras et al., 2020). */
  @Test
  void demodulatedProduct() {
    new TangentCheck()
        .input("x", 2, 5, 3)
        .input("style", 2, 3)
        .input("weight", 3, 4)
        .check(
            (scope, in) -> {
              SameDiff ops = scope.operations();
              SDVariable style = ops.reshape(in.get("style").add(1), 2, 3, 1);
              SDVariable weight = ops.reshape(in.get("weight"), 1, 3, 4).mul(style);
              SDVariable norm = ops.math().rsqrt(weight.mul(weight).sum(true, 1).add(1e-8));
              return ops.mmul(in.get("x"), weight.mul(norm));
            });
  }

  @Test
  void nothingIsAddedWithoutATangent() {
    SDVariable apart = ops.math().exp(row).mul(2);
    SDVariable output = x.add(apart);
    int before = ops.getOps().size();
    try (ForwardMode forward = new ForwardMode(builder, Map.of("x", tangent))) {
      assertThat(forward.tangent(output)).isSameAs(tangent);
      assertThat(ops.getOps()).hasSize(before);
    }
  }

  @Test
  void severalOutputsShareWhatTheyHaveInCommon() {
    SDVariable common = ops.math().exp(x);
    try (ForwardMode forward = new ForwardMode(builder, Map.of("x", tangent))) {
      forward.tangent(common.mul(row));
      int before = ops.getOps().size();
      forward.tangent(common.mul(2));
      assertThat(ops.getOps()).hasSize(before + 2);
    }
  }

  @Test
  void tangentsStartAtAnyVariable() {
    SDVariable middle = ops.math().exp(x);
    SDVariable output = middle.mul(middle);
    try (ForwardMode forward = new ForwardMode(builder, Map.of(middle.name(), tangent))) {
      forward.tangent(output);
      assertThatThrownBy(() -> forward.tangent(x.mul(2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("does not depend on");
    }
  }

  @Test
  void operationWithoutARuleIsNamed() {
    SDVariable output = ops.math().erf(x.add(row));
    try (ForwardMode forward = new ForwardMode(builder, Map.of("x", tangent))) {
      assertThatThrownBy(() -> forward.tangent(output))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("erf")
          .hasMessageContaining(output.name())
          .hasMessageContaining("add[2, 3]");
    }
  }

  @Test
  void paddingWithANumberIsRefused() {
    SDVariable padded =
        ops.nn()
            .pad(
                x,
                ops.constant(Nd4j.createFromArray(new int[][] {{0, 1}, {0, 0}})),
                PadMode.CONSTANT,
                1);
    try (ForwardMode forward = new ForwardMode(builder, Map.of("x", tangent))) {
      assertThatThrownBy(() -> forward.tangent(padded))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("padding with a number that is not zero");
    }
  }

  @Test
  void tangentOfAnotherShapeIsRefused() {
    assertThatThrownBy(() -> new ForwardMode(builder, Map.of("row", tangent)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row is [3] but its tangent tangent is [2, 3]");
  }

  @Test
  void noTangentsAreRefused() {
    assertThatThrownBy(() -> new ForwardMode(builder, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no tangents are given");
  }

  @Test
  void tangentOfAnUnknownVariableIsRefused() {
    assertThatThrownBy(() -> new ForwardMode(builder, Map.of("z", tangent)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("z, which is not in the graph");
  }
}
