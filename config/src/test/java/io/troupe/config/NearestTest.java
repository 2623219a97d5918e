package io.troupe.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestTest {
  private static final List<String> NAMES = List.of("batch", "batches", "steps", "batch-norm");

  @Test
  void oneWrongMissingOrExtraLetterIsFound() {
    assertThat(Nearest.of("stebs", NAMES)).containsExactly("steps");
    assertThat(Nearest.of("stps", NAMES)).containsExactly("steps");
    assertThat(Nearest.of("stepss", NAMES)).containsExactly("steps");
  }

  @Test
  void lettersThatChangedPlacesAreOneError() {
    assertThat(Nearest.of("stpes", NAMES)).containsExactly("steps");
    assertThat(Nearest.of("setps", NAMES)).containsExactly("steps");
  }

  @Test
  void twoErrorsAreAllowedInLongNamesOnly() {
    assertThat(Nearest.of("btch-nrm", NAMES)).containsExactly("batch-norm");
    assertThat(Nearest.of("sxxps", NAMES)).isEmpty();
  }

  @Test
  void tiesAreAllNamed() {
    assertThat(Nearest.of("bat", NAMES)).containsExactly("batch", "batches", "batch-norm");
  }

  @Test
  void otherSpellingsOfCompoundNamesAreFound() {
    assertThat(Nearest.of("batchNorm", NAMES)).containsExactly("batch-norm");
    assertThat(Nearest.of("batch_norm", NAMES)).containsExactly("batch-norm");
  }

  @Test
  void nothingIsNearAnotherWord() {
    assertThat(Nearest.of("epochs", NAMES)).isEmpty();
  }
}
