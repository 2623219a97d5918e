package io.troupe.models.networks;

import io.troupe.config.RunSettings;

/** What the networks of a preset were published for. */
public final class PublishedImages {
  private PublishedImages() {}

  /**
   * Of the size that image files are made, which is CIFAR's where a preset does not say another.
   */
  public static ImageSpec of(RunSettings settings, int classes) {
    return ImageSpec.rgb(settings.dataset().size(), classes);
  }
}
