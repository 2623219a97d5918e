package io.troupe.models.networks.biggan;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.BatchNorm;
import io.troupe.models.layers.Condition;
import io.troupe.models.layers.Resample;
import io.troupe.models.layers.SelfAttention;
import io.troupe.models.layers.SpectralNormLayers;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The generator: a linear layer to 4x4, residual blocks that double the size, and a last
 * convolution to the image's channels. Every normalisation in a block is conditioned on the class:
 * by a table of its own, or by linear layers that read an embedding which all share, and with it,
 * in the hierarchical variant, the block's chunk of z.
 *
 * @param settings sizes and constants
 * @param spec of the images; one of the sizes of {@link BigGanBlocks}
 */
public record BigGanGenerator(NetworkSettings settings, ImageSpec spec) {
  /** The authors' program has this in its last norm whatever the others have. */
  private static final double LAST_NORM_EPSILON = 1e-5;

  /**
   * Adds the network.
   *
   * @param latents [N, latentSize]
   * @param labels one-hot [N, classes]
   * @return pictures in [-1, 1], [N, size, size, channels]
   */
  public SDVariable images(Scope scope, SDVariable latents, SDVariable labels, long batch) {
    SameDiff ops = scope.operations();
    long channels = width(0);
    SDVariable linear =
        spectral()
            .linear(
                scope.child("linear"),
                chunk(ops, latents, 0, batch),
                chunkSize(),
                BigGanBlocks.FIRST_SIZE * BigGanBlocks.FIRST_SIZE * channels);
    SDVariable h =
        ops.reshape(linear, batch, BigGanBlocks.FIRST_SIZE, BigGanBlocks.FIRST_SIZE, channels);
    Optional<SDVariable> embedding = embedding(scope, labels);
    long size = BigGanBlocks.FIRST_SIZE;
    for (int block = 0; block < blocks(); block++) {
      SDVariable chunk = chunk(ops, latents, block + 1, batch);
      Condition condition = condition(ops, labels, embedding, chunk);
      long in = channels;
      channels = width(block);
      h = block(scope.child("block" + block), h, condition, channels, batch, size, size, in);
      size *= 2;
      if (size == settings.biggan().generatorAttention()) {
        h = new SelfAttention(spectral()).apply(scope.child("attention"), h, size, channels);
      }
    }
    BatchNorm last = new BatchNorm(LAST_NORM_EPSILON, settings.batchNormMomentum());
    h = last.plain(scope.child("norm"), h, batch, size, size, channels);
    h =
        spectral()
            .convolution(scope.child("rgb"), ops.nn().relu(h, 0), channels, spec.channels(), 3);
    return ops.math().tanh(h);
  }

  /** Its blocks, with the attention that follows one, and what makes the image of the last. */
  List<NetworkBlock> parts() {
    List<NetworkBlock> parts = new ArrayList<>();
    for (int block = 0; block < blocks(); block++) {
      int side = BigGanBlocks.FIRST_SIZE << block;
      parts.add(NetworkBlock.between(side, 2 * side, "block" + block));
      if (2 * side == settings.biggan().generatorAttention()) {
        parts.add(new NetworkBlock("attention at " + 2 * side, "attention"));
      }
    }
    parts.add(new NetworkBlock("colours of " + spec.size(), "norm", "rgb"));
    return List.copyOf(parts);
  }

  private int blocks() {
    return BigGanBlocks.of(spec.size()).generator().size();
  }

  private long width(int block) {
    return (long) settings.generatorChannels()
        * BigGanBlocks.of(spec.size()).generator().get(block);
  }

  private long chunkSize() {
    long latents = settings.latentSize();
    return settings.biggan().hierarchical() ? latents / (blocks() + 1) : latents;
  }

  /** The part of z for the linear layer (0) or a block (from 1). */
  private SDVariable chunk(SameDiff ops, SDVariable latents, int index, long batch) {
    if (!settings.biggan().hierarchical()) {
      return latents;
    }
    int size = (int) chunkSize();
    return ops.slice(latents, new int[] {0, index * size}, (int) batch, size);
  }

  /** An embedding of the class for all blocks. SpectralNormLayers norm would cripple it. */
  private Optional<SDVariable> embedding(Scope scope, SDVariable labels) {
    long size = settings.biggan().sharedEmbedding();
    return size == 0
        ? Optional.empty()
        : Optional.of(
            labels.mmul(
                scope.child("embedding").parameter("weight", weights(), spec.classes(), size)));
  }

  /** What the norms of a block are conditioned on. */
  private Condition condition(
      SameDiff ops, SDVariable labels, Optional<SDVariable> embedding, SDVariable chunk) {
    if (embedding.isEmpty()) {
      return Condition.table(labels, spec.classes(), weights());
    }
    long size = settings.biggan().sharedEmbedding();
    return settings.biggan().hierarchical()
        ? Condition.linear(spectral(), ops.concat(1, embedding.get(), chunk), size + chunkSize())
        : Condition.linear(spectral(), embedding.get(), size);
  }

  /** Doubles the size. The 1x1 shortcut comes before its doubling, which it commutes with. */
  SDVariable block(Scope scope, SDVariable x, Condition condition, long out, long... shape) {
    SameDiff ops = scope.operations();
    long batch = shape[0];
    long side = shape[1];
    long in = shape[3];
    SDVariable h = norm().conditional(scope.child("norm1"), x, condition, shape);
    h = Resample.upsampleNearest(ops, ops.nn().relu(h, 0), shape);
    h = spectral().convolution(scope.child("conv1"), h, in, out, 3);
    h = norm().conditional(scope.child("norm2"), h, condition, batch, 2 * side, 2 * side, out);
    h = spectral().convolution(scope.child("conv2"), ops.nn().relu(h, 0), out, out, 3);
    SDVariable shortcut = spectral().convolution(scope.child("shortcut"), x, in, out, 1);
    return h.add(Resample.upsampleNearest(ops, shortcut, batch, side, side, out));
  }

  private SpectralNormLayers spectral() {
    return new SpectralNormLayers(weights(), settings.spectralNormEpsilon());
  }

  private Initial weights() {
    return Initial.of(settings.biggan().initialisation(), settings.initialDeviation());
  }

  private BatchNorm norm() {
    return new BatchNorm(settings.batchNormEpsilon(), settings.batchNormMomentum());
  }
}
