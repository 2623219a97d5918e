package io.troupe.metrics.inception;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitsTest {
  /** Counted in the published files. */
  @Test
  void theNetworkHasThePublishedSize() {
    long weights = 0;
    long channels = 0;
    for (Unit unit : Units.ALL.values()) {
      weights += (long) unit.kernelHeight() * unit.kernelWidth() * unit.in() * unit.out();
      channels += unit.out();
    }
    assertThat(Units.ALL).hasSize(94);
    assertThat(weights).isEqualTo(21_751_136);
    assertThat(channels).isEqualTo(17_216);
    assertThat(weights + 4 * channels).isEqualTo(21_820_000);
  }

  @Test
  void namesDifferInBothKindsOfFile() {
    assertThat(Units.ALL.values()).extracting(Unit::torchName).doesNotHaveDuplicates();
    assertThat(Units.ALL.get("mixed_9/tower_1/mixed/conv_1").torchName())
        .isEqualTo("Mixed_7b.branch3x3dbl_3b");
    assertThat(Units.ALL.get("mixed_8/tower_1/conv_3").torchName())
        .isEqualTo("Mixed_7a.branch7x7x3_4");
  }
}
