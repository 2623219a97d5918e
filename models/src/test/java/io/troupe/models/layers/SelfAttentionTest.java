package io.troupe.models.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SelfAttentionTest {
  private static final int PICTURES = 2;
  private static final int SIDE = 4;
  private static final int CHANNELS = 16;
  private static final int KEY = 2;
  private static final int VALUE = 8;
  private static final long[] SHAPE = {PICTURES, SIDE, SIDE, CHANNELS};
  private static final SelfAttention ATTENTION =
      new SelfAttention(new SpectralNormLayers(new Initial.Normal(1), 1e-8));

  @Test
  void factorZeroIsTheIdentity() {
    INDArray x = Evaluated.random(0, SHAPE);
    try (Evaluated layer = layer(x)) {
      assertThat(layer.array("gamma").getDouble(0)).isZero();
      assertThat(Evaluated.distance(layer.run(), x)).isZero();
    }
  }

  /** The published formulas, position by position. */
  @Test
  void everyPositionReadsWhatItAsksFor() {
    INDArray x = Evaluated.random(0, SHAPE).muli(2);
    try (Evaluated layer = layer(x)) {
      layer.array("gamma").assign(0.7);
      double[][] theta = normalised(layer, "theta", CHANNELS, KEY);
      double[][] phi = normalised(layer, "phi", CHANNELS, KEY);
      double[][] g = normalised(layer, "g", CHANNELS, VALUE);
      double[][] o = normalised(layer, "o", VALUE, CHANNELS);

      INDArray result = layer.run();

      for (int n = 0; n < PICTURES; n++) {
        List<double[]> keys = pooled(x, n, phi);
        List<double[]> values = pooled(x, n, g);
        for (int row = 0; row < SIDE; row++) {
          for (int column = 0; column < SIDE; column++) {
            double[] pixel = pixel(x, n, row, column);
            double[] read = times(read(times(pixel, theta), keys, values), o);
            for (int c = 0; c < CHANNELS; c++) {
              assertThat(result.getDouble(n, row, column, c))
                  .isCloseTo(pixel[c] + 0.7 * read[c], within(1e-12));
            }
          }
        }
      }
    }
  }

  private static Evaluated layer(INDArray x) {
    return new Evaluated(
        Map.of("x", x), (scope, in) -> ATTENTION.apply(scope, in.get("x"), SIDE, CHANNELS), SHAPE);
  }

  /** A weight divided by what one power iteration from its state finds. */
  private static double[][] normalised(Evaluated layer, String name, int in, int out) {
    double[][] weight = new double[in][out];
    INDArray array = layer.array(name + ".weight");
    double[] u = layer.array(name + ".u").dup().data().asDouble();
    double[] v = new double[in];
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < out; j++) {
        weight[i][j] = array.getDouble(0, 0, i, j);
        v[i] += weight[i][j] * u[j];
      }
    }
    double sigma = norm(times(v, weight)) / norm(v);
    for (double[] row : weight) {
      for (int j = 0; j < out; j++) {
        row[j] /= sigma;
      }
    }
    return weight;
  }

  private static double[] read(double[] query, List<double[]> keys, List<double[]> values) {
    double[] sum = new double[VALUE];
    double total = 0;
    for (int p = 0; p < keys.size(); p++) {
      double score = 0;
      for (int i = 0; i < KEY; i++) {
        score += query[i] * keys.get(p)[i];
      }
      total += Math.exp(score);
      for (int i = 0; i < VALUE; i++) {
        sum[i] += Math.exp(score) * values.get(p)[i];
      }
    }
    for (int i = 0; i < VALUE; i++) {
      sum[i] /= total;
    }
    return sum;
  }

  private static List<double[]> pooled(INDArray x, int picture, double[][] weight) {
    List<double[]> squares = new ArrayList<>();
    for (int row = 0; row < SIDE; row += 2) {
      for (int column = 0; column < SIDE; column += 2) {
        double[] largest = times(pixel(x, picture, row, column), weight);
        for (int k = 1; k < 4; k++) {
          double[] other = times(pixel(x, picture, row + k / 2, column + k % 2), weight);
          for (int c = 0; c < largest.length; c++) {
            largest[c] = Math.max(largest[c], other[c]);
          }
        }
        squares.add(largest);
      }
    }
    return squares;
  }

  private static double[] pixel(INDArray x, int picture, int row, int column) {
    double[] pixel = new double[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      pixel[c] = x.getDouble(picture, row, column, c);
    }
    return pixel;
  }

  private static double[] times(double[] row, double[][] matrix) {
    double[] result = new double[matrix[0].length];
    for (int i = 0; i < row.length; i++) {
      for (int j = 0; j < result.length; j++) {
        result[j] += row[i] * matrix[i][j];
      }
    }
    return result;
  }

  private static double norm(double... vector) {
    double sum = 0;
    for (double element : vector) {
      sum += element * element;
    }
    return Math.sqrt(sum);
  }

  /** Kernels for float are others than those for double, whose gradients are checked. */
  @Test
  void floatAgreesWithDouble() {
    List<float[]> single = gradients(DataType.FLOAT);
    List<float[]> exact = gradients(DataType.DOUBLE);
    assertThat(single).hasSameSizeAs(exact).hasSizeGreaterThan(5);
    for (int i = 0; i < exact.size(); i++) {
      double scale = 0;
      for (float value : exact.get(i)) {
        scale = Math.max(scale, Math.abs(value));
      }
      assertThat(scale).isPositive();
      assertThat(single.get(i)).containsExactly(exact.get(i), within((float) (1e-5 * scale)));
    }
  }

  /** With respect to x and to all parameters. */
  private static List<float[]> gradients(DataType type) {
    int side = 8;
    GraphBuilder graph = new GraphBuilder(type);
    Scope scope = graph.scope("net/", BatchNormMode.BATCH);
    SDVariable x = graph.input("x", 3, side, side, 32);
    SDVariable y = ATTENTION.apply(scope, x, side, 32);
    graph.output("loss", y.mul(y).mul(y).sum());
    List<String> wanted = new ArrayList<>(List.of("x"));
    scope.layout().slots().stream()
        .filter(slot -> slot.trainable())
        .sorted(Comparator.comparing(slot -> slot.name()))
        .forEach(slot -> wanted.add("net/" + slot.name()));
    Graph built = graph.build("loss", wanted);
    List<float[]> results = new ArrayList<>();
    try (ParameterVector values = new ParameterVector(scope.layout(), type);
        INDArray input = Evaluated.random(1, 3, side, side, 32).castTo(type)) {
      values.initialise(5, 1);
      values.view("gamma").assign(0.5);
      Bindings bindings = new Bindings(built).bindNetwork("net/", values).bind("x", input);
      List<INDArray> gradients = new ArrayList<>();
      for (String name : wanted) {
        gradients.add(Nd4j.create(type, built.inputs().get(name)));
        bindings.bind(Graph.gradientOf(name), gradients.get(gradients.size() - 1));
      }
      try (Program program = CompiledGraph.compile(bindings)) {
        program.run();
        gradients.forEach(gradient -> results.add(gradient.dup().data().asFloat()));
      }
    }
    return results;
  }
}
