package io.troupe.models.networks;

import io.troupe.config.RunSettings;

/** What the networks of a preset were published for. */
public final class PublishedImages {
  private PublishedImages() {}

  /** Faces for DCGAN, CIFAR's size for all others. */
  public static ImageSpec of(RunSettings settings, int classes) {
    return ImageSpec.rgb(settings.network().kind().equals("dcgan") ? 64 : 32, classes);
  }
}
