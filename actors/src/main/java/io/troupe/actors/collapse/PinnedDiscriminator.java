package io.troupe.actors.collapse;

import io.troupe.models.training.StepResult;
import java.util.Optional;

/**
 * The discriminator has been right of every picture, real or generated, in many steps in a row: the
 * generator learns nothing any more from a loss that is at its limit.
 */
final class PinnedDiscriminator implements CollapseSign {
  private final int enough;
  private int inRow;

  PinnedDiscriminator(int enough) {
    this.enough = enough;
  }

  @Override
  public String label() {
    return "discriminator-pinned";
  }

  @Override
  public void hear(StepResult result) {
    inRow = result.accuracy() == 1 ? inRow + 1 : 0;
  }

  @Override
  public Optional<String> seen() {
    return inRow >= enough
        ? Optional.of(
            "the discriminator was right of every picture in %d steps in a row".formatted(enough))
        : Optional.empty();
  }

  @Override
  public void wentBack() {
    inRow = 0;
  }
}
