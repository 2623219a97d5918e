package io.troupe.models.networks;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.DiscriminatorOutput;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/** A generator and a discriminator that fit each other. */
public interface GanNetworks {
  /**
   * The networks of the settings.
   *
   * @param spec of the real images; one of the family's {@link NetworkFamily#sizes}
   */
  static GanNetworks of(NetworkSettings settings, ImageSpec spec) {
    return NetworkFamily.of(settings).networks(settings, spec);
  }

  /** The images that they are made for. */
  ImageSpec spec();

  /** The generator's parts that work at some resolutions only; all others work at any. */
  default List<NetworkBlock> generatorBlocks() {
    return List.of();
  }

  /**
   * The discriminator's parts from the one that reads images to the one that gives logits; each
   * tensor is in one, and they are declared in this order.
   */
  default List<NetworkBlock> discriminatorBlocks() {
    return List.of();
  }

  /** What the number of images in a batch, and in a micro-batch, is a multiple of. */
  default int batchMultiple() {
    return 1;
  }

  /** Shapes of the further noise that the generator reads; none in most families. */
  default List<List<Long>> noiseShapes(long batch) {
    return List.of();
  }

  /** How many styles a picture has; without styles 0. */
  default int styles() {
    return 0;
  }

  /** The same networks in parts, if the generator makes images of styles. */
  default Optional<StyledNetworks> styled() {
    return Optional.empty();
  }

  /**
   * Adds the generator, as it is trained.
   *
   * @return pictures, [N, size, size, channels]; meant to be in [-1, 1]
   */
  SDVariable images(Scope scope, GeneratorInputs inputs);

  /**
   * Adds the generator, as it is used.
   *
   * @param psi truncation of styles, where there are any, a scalar or [1]: 1 is none, 0 makes all
   *     styles the mean
   * @return as of {@link #images}
   */
  default SDVariable truncated(Scope scope, GeneratorInputs inputs, SDVariable psi) {
    return images(scope, inputs);
  }

  /**
   * Adds the discriminator.
   *
   * @param images in [-1, 1], [N, size, size, channels]
   * @param labels one-hot [N, classes]
   * @param pictures N
   * @param batches how many batches of equal size follow each other, each with statistics of its
   *     own where the network has any
   * @return logits [N, 1]
   */
  SDVariable logits(Scope scope, SDVariable images, SDVariable labels, long pictures, int batches);

  /**
   * Adds the discriminator, with all that training needs of it.
   *
   * @param images as for {@link #logits}, and so all others
   */
  default DiscriminatorOutput discriminate(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    return new DiscriminatorOutput(logits(scope, images, labels, pictures, batches), List.of());
  }
}
