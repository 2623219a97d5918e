package io.troupe.models.networks.r3gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.NetworkLayouts;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * How every tensor begins: N(0, gain / √fan-in), where the gain is √(2 / 1.04) blocks^(-1/4) in
 * front of a block's activations, 0 at its end, and 1 elsewhere but for the discriminator's
 * embedding.
 */
class R3GanInitialValuesTest {
  private static final double ACTIVATION = Math.sqrt(2 / 1.04);

  /** Deviations of so many numbers deviate by 0.35 %, and means by 0.5 % of the deviation. */
  private static final int SAMPLE = 40_000;

  /** Four times that. */
  private static final double DEVIATION = 0.015;

  private static final double MEAN = 0.02;

  /** 768 channels at four sizes, so eight blocks; 20 classes. */
  @Test
  void ofThePublishedNetworks() {
    NetworkLayouts layouts = layouts("r3gan-cifar100", 32);
    double gain = ACTIVATION * Math.pow(8, -0.25);
    Map<String, Double> blocks =
        Map.of(
            "stage#.block#.expand.weight", gain / Math.sqrt(768),
            "stage#.block#.expand.bias", 0.0,
            "stage#.block#.group.weight", gain / Math.sqrt(9 * 16),
            "stage#.block#.group.bias", 0.0,
            "stage#.block#.reduce.weight", 0.0);
    assertDeviations(
        layouts.generator(),
        blocks,
        Map.of(
            "embedding.weight", 1 / Math.sqrt(20),
            "basis.weight", 1 / Math.sqrt(64 + 64),
            "basis.picture", 1.0,
            "rgb.weight", 1 / Math.sqrt(768)));
    assertDeviations(
        layouts.discriminator(),
        blocks,
        Map.of(
            "rgb.weight", 1 / Math.sqrt(3),
            "basis.weight", 1 / Math.sqrt(4 * 4),
            "features.weight", 1 / Math.sqrt(768),
            "embedding.weight", 1 / Math.sqrt(768) / Math.sqrt(20)));
  }

  private static void assertDeviations(
      ParameterLayout layout, Map<String, Double> blocks, Map<String, Double> others) {
    Set<String> found = new HashSet<>();
    for (ParameterLayout.Slot slot : layout.slots()) {
      String kind = slot.name().replaceAll("\\d+", "#");
      found.add(kind);
      assertDeviation(layout, slot.name(), blocks.getOrDefault(kind, others.get(kind)));
    }
    Set<String> expected = new HashSet<>(blocks.keySet());
    expected.addAll(others.keySet());
    assertThat(found).isEqualTo(expected);
  }

  /** Ten blocks at five sizes, and 96 channels of which the last size has half. */
  @Test
  void ofNetworksForLargerPictures() {
    NetworkLayouts layouts = layouts("r3gan-cifar100-small", 64);
    double gain = ACTIVATION * Math.pow(10, -0.25);
    for (ParameterLayout layout : List.of(layouts.generator(), layouts.discriminator())) {
      assertDeviation(layout, "stage32.block1.expand.weight", gain / Math.sqrt(96));
      assertDeviation(layout, "stage64.block0.expand.weight", gain / Math.sqrt(48));
      assertDeviation(layout, "stage64.block0.group.weight", gain / Math.sqrt(9 * 16));
      assertDeviation(layout, "stage64.block1.reduce.weight", 0);
    }
    assertDeviation(layouts.generator(), "stage64.narrow.weight", 1 / Math.sqrt(96));
    assertDeviation(layouts.discriminator(), "stage64.widen.weight", 1 / Math.sqrt(48));
  }

  private static NetworkLayouts layouts(String preset, int size) {
    return NetworkLayouts.of(
        SettingsLoader.load(preset, List.of(), List.of()).network(), ImageSpec.rgb(size, 20));
  }

  private static void assertDeviation(ParameterLayout layout, String name, double expected) {
    CounterRandom random = new CounterRandom(5, Stream.INITIALISATION, 0, name.hashCode() >>> 1);
    double[] drawn = layout.slot(name).initial().draw(random, SAMPLE);
    double mean = Arrays.stream(drawn).average().orElseThrow();
    double square = Arrays.stream(drawn).map(x -> x * x).average().orElseThrow();
    assertThat(mean).as(name).isCloseTo(0, within(MEAN * expected));
    assertThat(Math.sqrt(square)).as(name).isCloseTo(expected, within(DEVIATION * expected));
  }
}
