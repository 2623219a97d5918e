package io.troupe.metrics.cifar;

import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.memory.HostArray;
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
        System.arraycopy(HostArray.copy(trained.view(slot.name())), 0, folded, start, length);
      } else if (slot.name().endsWith(WEIGHT)) {
        INDArray weights = trained.view(slot.name());
        int channels = (int) weights.size(-1);
        float[] flat = HostArray.copy(weights);
        double[] scale = scale(trained, place);
        for (int channel = 0; channel < channels; channel++) {
          for (int i = channel; i < length; i += channels) {
            folded[start + i] = (float) (flat[i] * scale[channel]);
          }
        }
      } else {
        float[] mean = HostArray.copy(trained.view(place + "norm.mean"));
        float[] bias = HostArray.copy(trained.view(place + "norm." + BIAS));
        double[] scale = scale(trained, place);
        for (int channel = 0; channel < length; channel++) {
          folded[start + channel] = (float) (bias[channel] - mean[channel] * scale[channel]);
        }
      }
    }
    return folded;
  }

  private static double[] scale(ParameterVector trained, String place) {
    float[] gain = HostArray.copy(trained.view(place + "norm.gain"));
    float[] variance = HostArray.copy(trained.view(place + "norm.variance"));
    double[] scale = new double[gain.length];
    for (int channel = 0; channel < gain.length; channel++) {
      scale[channel] = gain[channel] / Math.sqrt(variance[channel] + ResidualNetwork.EPSILON);
    }
    return scale;
  }
}
