package io.troupe.models.networks;

import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What a generator reads besides its values, as inputs of one graph.
 *
 * @param latents standard normal, [N, latentSize]
 * @param labels one-hot [N, classes]
 * @param noise standard normal, of the shapes {@link GanNetworks#noiseShapes}
 * @param mixing what style mixing reads, in training with it
 * @param batch N, or {@link #ANY}
 */
public record GeneratorInputs(
    SDVariable latents,
    SDVariable labels,
    List<SDVariable> noise,
    Optional<Mixing> mixing,
    long batch) {
  /** As the number of pictures: any, in a graph that is used only, by running statistics. */
  public static final long ANY = -1;

  /**
   * Second latent vectors.
   *
   * @param latents [N, latentSize]
   * @param mask [N, styles, 1]: 1 where their styles are used, 0 elsewhere
   */
  public record Mixing(SDVariable latents, SDVariable mask) {}

  /** Copies the noise. */
  public GeneratorInputs {
    noise = List.copyOf(noise);
  }
}
