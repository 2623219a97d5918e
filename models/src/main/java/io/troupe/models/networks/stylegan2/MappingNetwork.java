package io.troupe.models.networks.stylegan2;

import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.EqualizedLayers;
import io.troupe.models.layers.LeakyRelu;
import io.troupe.models.networks.stylegan2.StyleGan2Settings.LatentNorm;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * From latent vector and class to style: both are normalised, put side by side, and pass some
 * linear layers with ReLUs. The state {@code average} follows the mean style in training.
 *
 * @param settings sizes and constants
 */
public record MappingNetwork(StyleGan2Settings settings) {
  private static final String AVERAGE = "average";
  private static final double EPSILON = 1e-8;

  /**
   * The network in training; it updates the average.
   *
   * @param latents [N, latentSize]
   * @param labels one-hot [N, classes]; not read if the network is not conditional
   * @return styles [N, styleSize]
   */
  public SDVariable styles(Scope scope, SDVariable latents, SDVariable labels) {
    SDVariable styles = map(scope, latents, labels);
    SDVariable average = average(scope);
    double decay = settings.averageDecay();
    scope.nextState(AVERAGE, average.mul(decay).add(styles.mean(0).mul(1 - decay)));
    return styles;
  }

  /**
   * The network in use, with the truncation trick (Karras et al., "A style-based generator
   * architecture for GANs", 2019, appendix B).
   *
   * @param psi what a style's difference from the average is multiplied by, a scalar or [1]: 1
   *     leaves styles as they are, 0 makes all of them the average
   */
  public SDVariable truncated(Scope scope, SDVariable latents, SDVariable labels, SDVariable psi) {
    SDVariable average = average(scope);
    return map(scope, latents, labels).mul(psi).add(average.mul(psi.rsub(1)));
  }

  private SDVariable average(Scope scope) {
    return scope.state(AVERAGE, new Initial.Constant(0), settings.styleSize());
  }

  private SDVariable map(Scope scope, SDVariable latents, SDVariable labels) {
    SDVariable x = normalise(scope, latents, settings.latentSize(), settings.latentNorm());
    long size = settings.latentSize();
    if (settings.classes() > 0) {
      x = scope.operations().concat(1, x, embedding(scope, labels, settings.latentNorm()));
      size += settings.styleSize();
    }
    return layers(scope, x, size, settings.mappingLayers());
  }

  /**
   * The classes' part of the discriminator's logits [N, styleSize]: embeddings of mean square 1,
   * which keep the logits as large as the features, through the label layers.
   */
  SDVariable labels(Scope scope, SDVariable labels) {
    SDVariable embedding = embedding(scope, labels, LatentNorm.MEAN_SQUARE);
    return layers(scope, embedding, settings.styleSize(), settings.labelLayers());
  }

  private SDVariable embedding(Scope scope, SDVariable labels, LatentNorm norm) {
    SDVariable embedding =
        new EqualizedLayers(1, 1, 0)
            .linear(scope.child("embedding"), labels, settings.classes(), settings.styleSize());
    return normalise(scope, embedding, settings.styleSize(), norm);
  }

  /** Each row [N, size] with length or mean square 1. */
  static SDVariable normalise(Scope scope, SDVariable x, long size, LatentNorm norm) {
    SameDiff ops = scope.operations();
    double scale =
        switch (norm) {
          case UNIT -> 1;
          case MEAN_SQUARE -> 1.0 / size;
        };
    SDVariable squares = x.mul(x).sum(true, 1).mul(scale).add(EPSILON);
    return x.mul(ops.math().reciprocal(ops.math().sqrt(squares)));
  }

  private SDVariable layers(Scope scope, SDVariable x, long size, int count) {
    EqualizedLayers layer = new EqualizedLayers(settings.mappingRate(), settings.gain(), 0);
    SDVariable h = x;
    long in = size;
    for (int i = 0; i < count; i++) {
      h = layer.linear(scope.child("layer" + i), h, in, settings.styleSize());
      h = LeakyRelu.apply(scope.operations(), h);
      in = settings.styleSize();
    }
    return h;
  }
}
