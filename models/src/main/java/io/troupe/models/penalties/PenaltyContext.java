package io.troupe.models.penalties;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a penalty of the discriminator is made of. It may not change any of the arrays. */
public interface PenaltyContext {
  /** The discriminator of real images with their classes, augmented as in its step. */
  NetworkFunction realLogits();

  /** The same of generated images. */
  NetworkFunction fakeLogits();

  /** The same of real images and then as many generated ones, in one pass. */
  NetworkFunction allLogits();

  /** The step's real images in [-1, 1], [N, H, W, C], before augmentation. */
  INDArray real();

  /** The step's generated images. */
  INDArray fake();

  /** Names of the discriminator's trainable parameters, as inputs of graphs. */
  List<String> parameters();

  /**
   * Compiles a program, of which only one runs at a time. What the discriminator reads beside
   * images is bound, and its gradients if the graph has them.
   *
   * @param bindings of all else that the graph has
   */
  Program compile(Bindings bindings);

  /** Takes what is to be closed after the programs; returns it. */
  <T extends AutoCloseable> T own(T resource);
}
