package io.troupe.metrics.cifar;

import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Folds batch norm with running statistics into the convolutions before it. */
final class Folding {
  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";

  private Folding() {}

  /**
   * The values of the folded network that computes what the trained one computes.
   *
   * @param trained values of a {@link ResidualNetwork} that is not folded
   * @return values in the order of the folded network's layout
   */
  static float[] fold(ParameterVector trained) {
    ParameterLayout layout = new ResidualNetwork(true).layout();
    float[] folded = new float[(int) layout.length()];
    for (ParameterLayout.Slot slot : layout.slots()) {
      String place = slot.name().substring(0, slot.name().lastIndexOf('.') + 1);
      int start = (int) slot.offset();
      int length = (int) slot.length();
      if (place.equals("logits.")) {
        INDArray values = trained.view(slot.name());
        for (int i = 0; i < length; i++) {
          folded[start + i] = values.getFloat(i);
        }
      } else if (slot.name().endsWith(WEIGHT)) {
        INDArray weights = trained.view(slot.name());
        int channels = (int) weights.size(-1);
        float[] flat = weights.dup('c').data().asFloat();
        for (int channel = 0; channel < channels; channel++) {
          double scale = scale(trained, place, channel);
          for (int i = channel; i < length; i += channels) {
            folded[start + i] = (float) (flat[i] * scale);
          }
        }
      } else {
        for (int channel = 0; channel < length; channel++) {
          double mean = trained.view(place + "norm.mean").getFloat(channel);
          double bias = trained.view(place + "norm." + BIAS).getFloat(channel);
          folded[start + channel] = (float) (bias - mean * scale(trained, place, channel));
        }
      }
    }
    return folded;
  }

  private static double scale(ParameterVector trained, String place, int channel) {
    double gain = trained.view(place + "norm.gain").getFloat(channel);
    double variance = trained.view(place + "norm.variance").getFloat(channel);
    return gain / Math.sqrt(variance + ResidualNetwork.EPSILON);
  }
}
