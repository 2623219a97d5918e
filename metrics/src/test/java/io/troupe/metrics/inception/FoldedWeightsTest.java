package io.troupe.metrics.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FoldedWeightsTest {
  private static Map<String, Tensor> tensorFlow;

  @BeforeAll
  static void draw() {
    tensorFlow = new HashMap<>();
    int index = 0;
    for (Unit unit : Units.ALL.values()) {
      CounterRandom random = new CounterRandom(1, Stream.FEATURES, 0, index++);
      put(
          unit.name() + "/conv2d_params",
          random,
          unit.kernelHeight(),
          unit.kernelWidth(),
          unit.in(),
          unit.out());
      for (String part : List.of("gamma", "beta", "moving_mean", "moving_variance")) {
        put(unit.name() + "/batchnorm/" + part, random, unit.out());
      }
    }
    put("softmax/weights", new CounterRandom(2, Stream.FEATURES, 0, 0), 2048, 1008);
  }

  private static void put(String name, CounterRandom random, int... sizes) {
    List<Long> shape = new ArrayList<>();
    int length = 1;
    for (int size : sizes) {
      shape.add((long) size);
      length *= size;
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble(0.5, 1.5);
    }
    tensorFlow.put(name, new Tensor(shape, values));
  }

  /** y = g (w x - m) / sqrt(v + 0.001) + b for one weight and x = 1. */
  @Test
  void aFoldedConvolutionIsConvolutionThenBatchNorm() {
    Map<String, float[]> folded = FoldedWeights.of(tensorFlow, false);
    String name = "mixed_4/tower/conv_1";
    int channel = 77;
    int weight = 5 * 128 + channel;
    double w = value(name + "/conv2d_params", weight);
    double expected =
        value(name + "/batchnorm/gamma", channel)
                * (w - value(name + "/batchnorm/moving_mean", channel))
                / Math.sqrt(value(name + "/batchnorm/moving_variance", channel) + 0.001)
            + value(name + "/batchnorm/beta", channel);
    double found = folded.get(name + ".weight")[weight] + folded.get(name + ".bias")[channel];
    assertThat(found).isCloseTo(expected, within(2e-7));
  }

  private static double value(String name, int at) {
    return tensorFlow.get(name).values()[at];
  }

  @Test
  void bothKindsOfFileGiveTheSameWeights() {
    Map<String, Tensor> torch = new HashMap<>();
    for (Unit unit : Units.ALL.values()) {
      Tensor weights = tensorFlow.get(unit.name() + "/conv2d_params");
      torch.put(unit.torchName() + ".conv.weight", channelsFirst(weights));
      String norm = unit.torchName() + ".bn.";
      String theirs = unit.name() + "/batchnorm/";
      torch.put(norm + "weight", tensorFlow.get(theirs + "gamma"));
      torch.put(norm + "bias", tensorFlow.get(theirs + "beta"));
      torch.put(norm + "running_mean", tensorFlow.get(theirs + "moving_mean"));
      torch.put(norm + "running_var", tensorFlow.get(theirs + "moving_variance"));
    }
    float[] classes = new float[2048 * 1008];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = tensorFlow.get("softmax/weights").values()[i % 2048 * 1008 + i / 2048];
    }
    torch.put("fc.weight", new Tensor(List.of(1008L, 2048L), classes));
    Map<String, float[]> expected = FoldedWeights.of(tensorFlow, false);
    Map<String, float[]> found = FoldedWeights.of(torch, true);
    assertThat(found).hasSize(2 * 94 + 1).containsOnlyKeys(expected.keySet());
    found.forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
  }

  /** [height, width, in, out] as [out, in, height, width]. */
  private static Tensor channelsFirst(Tensor tensor) {
    int height = tensor.shape().get(0).intValue();
    int width = tensor.shape().get(1).intValue();
    int in = tensor.shape().get(2).intValue();
    int out = tensor.shape().get(3).intValue();
    float[] values = new float[tensor.values().length];
    for (int i = 0; i < values.length; i++) {
      int x = i % width;
      int y = i / width % height;
      int c = i / width / height % in;
      int k = i / width / height / in;
      values[i] = tensor.values()[((y * width + x) * in + c) * out + k];
    }
    return new Tensor(List.of((long) out, (long) in, (long) height, (long) width), values);
  }

  @Test
  void whatIsMissingOrWrongIsNamed() {
    Map<String, Tensor> tensors = new HashMap<>(tensorFlow);
    Tensor right = tensors.remove("conv_2/batchnorm/beta");
    assertThatThrownBy(() -> FoldedWeights.of(tensors, false))
        .hasMessage("there is no tensor conv_2/batchnorm/beta");
    tensors.put("conv_2/batchnorm/beta", new Tensor(List.of(32L), new float[32]));
    assertThatThrownBy(() -> FoldedWeights.of(tensors, false))
        .hasMessage("tensor conv_2/batchnorm/beta has the shape [32], expected [64]");
    tensors.put("conv_2/batchnorm/beta", right);
    float[] values = right.values().clone();
    values[3] = Float.NaN;
    tensors.put("conv_2/batchnorm/moving_mean", new Tensor(List.of(64L), values));
    assertThatThrownBy(() -> FoldedWeights.of(tensors, false))
        .hasMessage("tensor conv_2/batchnorm/moving_mean holds NaN");
    tensors.put("conv_2/batchnorm/moving_mean", right);
    values[3] = -1;
    tensors.put("conv_2/batchnorm/moving_variance", new Tensor(List.of(64L), values));
    assertThatThrownBy(() -> FoldedWeights.of(tensors, false))
        .hasMessage("tensor conv_2/batchnorm/moving_variance holds a variance of -1.0");
  }
}
