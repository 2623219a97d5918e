package io.troupe.models.training;

import io.troupe.models.graph.ParameterLayout;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * How large the numbers of a tensor of a network are, each the root of the sum of squares.
 *
 * @param network generator or discriminator
 * @param tensor its name in the network
 * @param value of its elements
 * @param gradient of the mean of its gradients, Adam's first moment: with beta1 = 0 of the last
 *     gradient; 0 of a state
 * @param gradientRoot root of the sum of the mean squared gradients, Adam's second moment; 0 of a
 *     state
 */
public record TensorNorms(
    String network, String tensor, double value, double gradient, double gradientRoot) {
  /** Those of both networks, in the order of their vectors. */
  public static List<TensorNorms> of(GanTraining training) {
    List<TensorNorms> norms = new ArrayList<>();
    add("generator", training.generator(), norms);
    add("discriminator", training.discriminator(), norms);
    return norms;
  }

  private static void add(String name, TrainedNetwork network, List<TensorNorms> norms) {
    FloatBuffer values = network.values().floats().read();
    FloatBuffer first = network.adam().firstMoments().read();
    FloatBuffer second = network.adam().secondMoments().read();
    for (ParameterLayout.Slot slot : network.values().layout().slots()) {
      double gradient = 0;
      double root = 0;
      if (slot.trainable()) {
        gradient = norm(first, slot);
        for (long i = slot.offset(); i < slot.offset() + slot.length(); i++) {
          root += second.get((int) i);
        }
      }
      norms.add(new TensorNorms(name, slot.name(), norm(values, slot), gradient, Math.sqrt(root)));
    }
  }

  private static double norm(FloatBuffer numbers, ParameterLayout.Slot slot) {
    double sum = 0;
    for (long i = slot.offset(); i < slot.offset() + slot.length(); i++) {
      double number = numbers.get((int) i);
      sum += number * number;
    }
    return Math.sqrt(sum);
  }
}
