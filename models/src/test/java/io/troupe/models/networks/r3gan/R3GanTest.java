package io.troupe.models.networks.r3gan;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.NetworkSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkFamily;
import io.troupe.models.training.NetworkLayouts;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class R3GanTest {
  private static NetworkSettings settings(String preset, String... changes) {
    return SettingsLoader.load(preset, List.of(), List.of(changes)).network();
  }

  /** Of a block: 1x1 to twice the channels and back, 9 x 16 for each of these, and two biases. */
  @ParameterizedTest
  @CsvSource({
    "r3gan-cifar100, 32, 20782592, 21288192",
    "r3gan-cifar100-small, 32, 534560, 532128",
    "r3gan-cifar100-small, 64, 585488, 583056"
  })
  void parameters(String preset, int size, long generator, long discriminator) {
    NetworkLayouts layouts = NetworkLayouts.of(settings(preset), ImageSpec.rgb(size, 20));

    assertThat(layouts.generator().length()).isEqualTo(generator);
    assertThat(layouts.discriminator().length()).isEqualTo(discriminator);
  }

  @Test
  void halvedChannelsAreWholeGroupsToo() {
    NetworkSettings settings = settings("r3gan-cifar100-small", "network.generator-channels=40");
    NetworkFamily family = NetworkFamily.of(settings);

    assertThat(family.misfit(settings, ImageSpec.rgb(32, 3))).isEmpty();
    assertThat(family.misfit(settings, ImageSpec.rgb(128, 3)))
        .contains(
            "network.generator-channels is 40; allowed for images of 128 pixels with network.kind ="
                + " r3gan: a multiple of 32");
    assertThat(family.misfit(settings("r3gan-cifar100-small"), ImageSpec.rgb(128, 3))).isEmpty();
  }
}
