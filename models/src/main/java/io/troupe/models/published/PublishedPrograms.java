package io.troupe.models.published;

import io.troupe.config.NetworkSettings;
import java.util.List;
import java.util.Optional;

/** The published programs that are known. */
final class PublishedPrograms {
  /** All of them. */
  static final List<Published> ALL =
      List.of(new PublishedDcGan(), new PublishedBigGan(), new PublishedStyleGan2());

  private PublishedPrograms() {}

  /** The program whose networks settings choose. */
  static Optional<Published> of(NetworkSettings settings) {
    return ALL.stream().filter(program -> program.kind().equals(settings.kind())).findFirst();
  }
}
