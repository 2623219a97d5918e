package io.troupe.models.networks;

import io.troupe.config.RunSettings;
import io.troupe.models.biggan.BigGanDiscriminator;
import io.troupe.models.biggan.BigGanGenerator;
import io.troupe.models.dcgan.DcGanDiscriminator;
import io.troupe.models.dcgan.DcGanGenerator;
import io.troupe.models.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/** A generator and a discriminator that fit each other. */
public sealed interface GanNetworks {
  /**
   * The networks of the settings.
   *
   * @param classes number of classes of the real pictures, at least 1
   */
  static GanNetworks of(RunSettings.Network settings, int classes) {
    return switch (settings.kind()) {
      case BIGGAN ->
          new BigGan(
              new BigGanGenerator(settings, classes), new BigGanDiscriminator(settings, classes));
      case STYLEGAN2 -> throw new IllegalStateException("not wired yet");
      case DCGAN -> new DcGan(new DcGanGenerator(settings), new DcGanDiscriminator(settings));
    };
  }

  /** Side of the pictures, in pixels. */
  int size();

  /**
   * Adds the generator.
   *
   * @param latents [N, latentSize]
   * @param labels one-hot [N, classes]
   * @return pictures in [-1, 1], [N, size, size, 3]
   */
  SDVariable images(Scope scope, SDVariable latents, SDVariable labels, long batch);

  /**
   * Adds the discriminator.
   *
   * @param images in [-1, 1], [N, size, size, 3]
   * @param labels one-hot [N, classes]
   * @param pictures N
   * @param batches how many batches of equal size follow each other, each with statistics of its
   *     own where the network has any
   * @return logits [N, 1]
   */
  SDVariable logits(Scope scope, SDVariable images, SDVariable labels, long pictures, int batches);

  /** BigGAN at 32x32. */
  record BigGan(BigGanGenerator generator, BigGanDiscriminator discriminator)
      implements GanNetworks {
    @Override
    public int size() {
      return BigGanGenerator.SIZE;
    }

    @Override
    public SDVariable images(Scope scope, SDVariable latents, SDVariable labels, long batch) {
      return generator.images(scope, latents, labels, batch);
    }

    @Override
    public SDVariable logits(
        Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
      return discriminator.logits(scope, images, labels);
    }
  }

  /** DCGAN at 64x64, which knows no classes. */
  record DcGan(DcGanGenerator generator, DcGanDiscriminator discriminator) implements GanNetworks {
    @Override
    public int size() {
      return DcGanDiscriminator.SIZE;
    }

    @Override
    public SDVariable images(Scope scope, SDVariable latents, SDVariable labels, long batch) {
      return generator.images(scope, latents, batch);
    }

    @Override
    public SDVariable logits(
        Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
      return discriminator.logits(scope, images, pictures, batches);
    }
  }
}
