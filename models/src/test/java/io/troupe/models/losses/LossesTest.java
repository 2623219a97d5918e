package io.troupe.models.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Program;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Losses of single logits, and their slopes, by closed forms. */
class LossesTest {
  @FunctionalInterface
  private interface Loss {
    SDVariable apply(SameDiff ops, Logits logits);
  }

  private record Result(double loss, double realSlope, double fakeSlope) {}

  private static final AdversarialLoss HINGE = new HingeLoss();
  private static final AdversarialLoss LOGISTIC = new LogisticLoss();

  @ParameterizedTest
  @CsvSource({"1, -1, 0", "0, 0, 2", "-1, 1, 4", "3, -5, 0"})
  void hingeOfTheDiscriminator(double real, double fake, double expected) {
    assertThat(run(HINGE::discriminator, real, fake).loss()).isCloseTo(expected, within(1e-12));
  }

  @Test
  void hingeOfTheGenerator() {
    assertThat(run(generator(HINGE), 2, 0.75)).isEqualTo(new Result(-0.75, 0, -1));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1.3862943611",
    "1, -1, 0.6265233750",
    "-1, 1, 2.6265233750",
    "1, 1, 1.6265233750"
  })
  void logisticOfTheDiscriminator(double real, double fake, double expected) {
    assertThat(run(LOGISTIC::discriminator, real, fake).loss()).isCloseTo(expected, within(1e-10));
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3132616875", "-1, 1.3132616875", "0, 0.6931471806"})
  void logisticOfTheGenerator(double fake, double expected) {
    assertThat(run(generator(LOGISTIC), 0, fake).loss()).isCloseTo(expected, within(1e-10));
  }

  @ParameterizedTest
  @CsvSource({"0.3, -1.2", "-2, 0.7", "0, 0", "40, -40", "-1000, 1000", "1000, -1000"})
  void logisticSlopesAreThoseOfCrossEntropy(double real, double fake) {
    Result result = run(LOGISTIC::discriminator, real, fake);
    assertThat(result.realSlope()).isCloseTo(sigmoid(real) - 1, within(1e-6));
    assertThat(result.fakeSlope()).isCloseTo(sigmoid(fake), within(1e-6));
    assertThat(run(generator(LOGISTIC), 0, fake).fakeSlope())
        .isCloseTo(sigmoid(fake) - 1, within(1e-6));
  }

  /** In float, where the exponential of the logit is infinite. */
  @Test
  void logisticOfLargeLogits() {
    assertThat(run(DataType.FLOAT, LOGISTIC::discriminator, -1000, 500).loss()).isEqualTo(1500);
    assertThat(run(DataType.FLOAT, LOGISTIC::discriminator, 1000, -500).loss()).isZero();
  }

  private static Loss generator(AdversarialLoss loss) {
    return (ops, logits) -> loss.generator(ops, logits).mean();
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static Result run(Loss loss, double real, double fake) {
    return run(DataType.DOUBLE, loss, real, fake);
  }

  /** Over two equal logits each, so that means are seen: slopes are those of the pair. */
  private static Result run(DataType type, Loss loss, double real, double fake) {
    GraphBuilder builder = new GraphBuilder(type);
    SDVariable reals = builder.input("real", 2, 1);
    SDVariable fakes = builder.input("fake", 2, 1);
    builder.output("loss", loss.apply(builder.sameDiff(), Logits.of(reals, fakes)));
    Graph graph = builder.build("loss", List.of("real", "fake"));
    try (INDArray realLogits = Nd4j.valueArrayOf(new long[] {2, 1}, real, type);
        INDArray fakeLogits = Nd4j.valueArrayOf(new long[] {2, 1}, fake, type);
        INDArray value = Nd4j.scalar(type, 0);
        INDArray ofReal = Nd4j.create(type, 2, 1);
        INDArray ofFake = Nd4j.create(type, 2, 1)) {
      Bindings bindings =
          new Bindings(graph)
              .bind("real", realLogits)
              .bind("fake", fakeLogits)
              .bind("loss", value)
              .bind(Graph.gradientOf("real"), ofReal)
              .bind(Graph.gradientOf("fake"), ofFake);
      try (Program program = CompiledGraph.compile(bindings)) {
        program.run();
      }
      return new Result(
          value.getDouble(0), ofReal.sumNumber().doubleValue(), ofFake.sumNumber().doubleValue());
    }
  }
}
