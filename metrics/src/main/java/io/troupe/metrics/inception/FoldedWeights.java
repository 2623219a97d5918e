package io.troupe.metrics.inception;

import io.troupe.metrics.WeightsException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Folds batch norm into the convolutions before it: y = g (w x - m) / sqrt(v + e) + b is a
 * convolution with weights w g / sqrt(v + e) and biases b - m g / sqrt(v + e). In double, rounded
 * once.
 */
final class FoldedWeights {
  private static final double EPSILON = 0.001;

  private final Map<String, Tensor> tensors;
  private final boolean torch;
  private final Map<String, float[]> folded = new LinkedHashMap<>();

  private FoldedWeights(Map<String, Tensor> tensors, boolean torch) {
    this.tensors = tensors;
    this.torch = torch;
  }

  /** Names of the tensors that a file holds. */
  static Set<String> names(boolean torch) {
    Set<String> names = new TreeSet<>();
    for (Unit unit : Units.ALL.values()) {
      names.add(weight(unit, torch));
      names.addAll(List.of(norm(unit, torch)));
    }
    names.add(classes(torch));
    return names;
  }

  private static String weight(Unit unit, boolean torch) {
    return torch ? unit.torchName() + ".conv.weight" : unit.name() + "/conv2d_params";
  }

  /** Gain, bias, mean and variance. */
  private static String[] norm(Unit unit, boolean torch) {
    String prefix = torch ? unit.torchName() + ".bn." : unit.name() + "/batchnorm/";
    String[] names =
        torch
            ? new String[] {"weight", "bias", "running_mean", "running_var"}
            : new String[] {"gamma", "beta", "moving_mean", "moving_variance"};
    return Arrays.stream(names).map(prefix::concat).toArray(String[]::new);
  }

  private static String classes(boolean torch) {
    return torch ? "fc.weight" : "softmax/weights";
  }

  /**
   * The parameters of {@link Network} by name.
   *
   * @param tensors of a file, by the names of {@link #names}
   * @throws WeightsException if one is missing, of another shape, or holds numbers that no trained
   *     network holds; the message does not name the file
   */
  static Map<String, float[]> of(Map<String, Tensor> tensors, boolean torch) {
    FoldedWeights weights = new FoldedWeights(tensors, torch);
    Units.ALL.values().forEach(weights::fold);
    weights.addClasses();
    return weights.folded;
  }

  private void fold(Unit unit) {
    String[] norm = norm(unit, torch);
    float[] gain = tensor(norm[0], unit.out());
    float[] bias = tensor(norm[1], unit.out());
    float[] mean = tensor(norm[2], unit.out());
    float[] variance = tensor(norm[3], unit.out());
    double[] factors = new double[unit.out()];
    float[] biases = new float[unit.out()];
    for (int i = 0; i < unit.out(); i++) {
      if (variance[i] < 0) {
        throw new WeightsException(
            "tensor %s holds a variance of %s".formatted(norm[3], variance[i]));
      }
      factors[i] = gain[i] / Math.sqrt(variance[i] + EPSILON);
      biases[i] = (float) (bias[i] - mean[i] * factors[i]);
    }
    float[] weights = weights(unit);
    float[] scaled = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      scaled[i] = (float) (weights[i] * factors[i % unit.out()]);
    }
    folded.put(unit.weight(), scaled);
    folded.put(unit.bias(), biases);
  }

  /** [height, width, in, out], from [out, in, height, width] in PyTorch's files. */
  private float[] weights(Unit unit) {
    int height = unit.kernelHeight();
    int width = unit.kernelWidth();
    return torch
        ? placesFirst(
            transposed(
                tensor(weight(unit, true), unit.out(), unit.in(), height, width), unit.out()),
            unit)
        : tensor(weight(unit, false), height, width, unit.in(), unit.out());
  }

  private void addClasses() {
    folded.put(
        Network.CLASSES,
        torch
            ? transposed(tensor(classes(true), Units.CLASSES, Units.FEATURES), Units.CLASSES)
            : tensor(classes(false), Units.FEATURES, Units.CLASSES));
  }

  /** [rows, n] as [n, rows]. */
  private static float[] transposed(float[] matrix, int rows) {
    int columns = matrix.length / rows;
    float[] result = new float[matrix.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        result[column * rows + row] = matrix[row * columns + column];
      }
    }
    return result;
  }

  /** [in, height, width, out] as [height, width, in, out]. */
  private static float[] placesFirst(float[] weights, Unit unit) {
    int places = unit.kernelHeight() * unit.kernelWidth();
    float[] result = new float[weights.length];
    for (int in = 0; in < unit.in(); in++) {
      for (int place = 0; place < places; place++) {
        System.arraycopy(
            weights,
            (in * places + place) * unit.out(),
            result,
            (place * unit.in() + in) * unit.out(),
            unit.out());
      }
    }
    return result;
  }

  private float[] tensor(String name, int... sizes) {
    List<Long> shape = Arrays.stream(sizes).asLongStream().boxed().toList();
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new WeightsException("there is no tensor " + name);
    }
    if (!tensor.shape().equals(shape)) {
      throw new WeightsException(
          "tensor %s has the shape %s, expected %s".formatted(name, tensor.shape(), shape));
    }
    for (float value : tensor.values()) {
      if (!Float.isFinite(value)) {
        throw new WeightsException("tensor %s holds %s".formatted(name, value));
      }
    }
    return tensor.values();
  }
}
