package io.troupe.actors.collapse;

import io.troupe.models.training.StepResult;
import java.util.Optional;

/** The discriminator has said the same of every picture in many steps in a row. */
final class EqualLogits implements CollapseSign {
  private final int enough;
  private final double largest;
  private int inRow;

  EqualLogits(int enough, double largest) {
    this.enough = enough;
    this.largest = largest;
  }

  @Override
  public String label() {
    return "logits-equal";
  }

  @Override
  public void hear(StepResult result) {
    double mean = (result.realLogit() + result.fakeLogit()) / 2;
    // In single precision large numbers that are equal but for rounding are further apart.
    inRow = result.logitDeviation() <= largest * Math.max(1, Math.abs(mean)) ? inRow + 1 : 0;
  }

  @Override
  public Optional<String> seen() {
    return inRow >= enough
        ? Optional.of(
            "the discriminator's logits of all pictures were equal in %d steps in a row"
                .formatted(enough))
        : Optional.empty();
  }

  @Override
  public void wentBack() {
    inRow = 0;
  }
}
