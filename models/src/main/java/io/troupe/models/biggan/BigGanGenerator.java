package io.troupe.models.biggan;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.BatchNorm;
import io.troupe.models.layers.Resample;
import io.troupe.models.layers.Spectral;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The generator: a linear layer to 4x4, three residual blocks that double the size, and a last
 * convolution to RGB. Every normalisation in a block is conditioned on the class.
 *
 * @param settings sizes and constants
 * @param classes number of classes
 */
public record BigGanGenerator(RunSettings.Network settings, int classes) {
  /** Side of the generated pictures, in pixels. */
  public static final int SIZE = 32;

  private static final int FIRST_SIZE = 4;
  private static final int BLOCKS = 3;

  /**
   * Adds the network.
   *
   * @param latents [N, latentSize]
   * @param labels one-hot [N, classes]
   * @return pictures in [-1, 1], [N, 32, 32, 3]
   */
  public SDVariable images(Scope scope, SDVariable latents, SDVariable labels, long batch) {
    SameDiff ops = scope.operations();
    Spectral spectral = new Spectral(weights(), settings.spectralNormEpsilon());
    long channels = settings.generatorChannels();
    SDVariable linear =
        spectral.linear(
            scope.child("linear"),
            latents,
            settings.latentSize(),
            FIRST_SIZE * FIRST_SIZE * channels);
    SDVariable h = ops.reshape(linear, batch, FIRST_SIZE, FIRST_SIZE, channels);
    long size = FIRST_SIZE;
    for (int block = 0; block < BLOCKS; block++) {
      h = block(scope.child("block" + block), h, labels, batch, size);
      size *= 2;
    }
    h = norm().plain(scope.child("norm"), h, batch, size, size, channels);
    h = spectral.convolution(scope.child("rgb"), ops.nn().relu(h, 0), channels, 3, 3);
    return ops.math().tanh(h);
  }

  /** Doubles the size. The 1x1 shortcut comes before its doubling, which it commutes with. */
  SDVariable block(Scope scope, SDVariable x, SDVariable labels, long batch, long size) {
    SameDiff ops = scope.operations();
    Spectral spectral = new Spectral(weights(), settings.spectralNormEpsilon());
    long channels = settings.generatorChannels();
    SDVariable h =
        norm()
            .conditional(
                scope.child("norm1"), x, labels, classes, weights(), batch, size, size, channels);
    h = Resample.doubleNearest(ops, ops.nn().relu(h, 0), batch, size, size, channels);
    h = spectral.convolution(scope.child("conv1"), h, channels, channels, 3);
    h =
        norm()
            .conditional(
                scope.child("norm2"),
                h,
                labels,
                classes,
                weights(),
                batch,
                2 * size,
                2 * size,
                channels);
    h = spectral.convolution(scope.child("conv2"), ops.nn().relu(h, 0), channels, channels, 3);
    SDVariable shortcut = spectral.convolution(scope.child("shortcut"), x, channels, channels, 1);
    return h.add(Resample.doubleNearest(ops, shortcut, batch, size, size, channels));
  }

  private Initial weights() {
    return new Initial.Normal(settings.initialDeviation());
  }

  private BatchNorm norm() {
    return new BatchNorm(settings.batchNormEpsilon(), settings.batchNormMomentum());
  }
}
