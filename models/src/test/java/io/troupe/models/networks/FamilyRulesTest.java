package io.troupe.models.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.troupe.config.PresetInfo;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What families say of settings, and whether the networks are as they say. */
class FamilyRulesTest {
  @Test
  void styleGan2TakesWholeGroups() {
    assertThat(
            problems("stylegan2-cifar100", "training.batch=10", "network.stylegan2.design=cifar"))
        .containsExactly(
            "--set training.batch=10: training.batch is 10; allowed: a multiple of"
                + " network.stylegan2.deviation-group, which is 4");
  }

  @Test
  void microBatchesAreWholeGroups() {
    assertThat(problems("stylegan2-cifar100", "training.micro-batch=2"))
        .containsExactly(
            "--set training.micro-batch=2: training.micro-batch is 2; allowed: auto, 0, or a"
                + " multiple of network.stylegan2.deviation-group, which is 4");
  }

  @Test
  void aGroupThatIsNoNumberSaysNothingOfTheBatch() {
    assertThat(
            problems(
                "stylegan2-cifar100", "training.batch=10", "network.stylegan2.deviation-group=x"))
        .singleElement()
        .asString()
        .contains("network.stylegan2.deviation-group is \"x\"; allowed: a whole number");
  }

  @Test
  void whatReadsStylesIsRefusedWithoutThem() {
    assertThat(problems("demo", "training.style-mixing=0.5", "training.path-length.weight=2"))
        .containsExactly(
            "--set training.style-mixing=0.5: training.style-mixing is for network.kind = stylegan2;"
                + " allowed with other networks: 0",
            "--set training.path-length.weight=2: training.path-length.weight is for network.kind ="
                + " stylegan2; allowed with other networks: 0");
  }

  @Test
  void channelsOfR3ganAreWholeGroups() {
    assertThat(problems("r3gan-cifar100-small", "network.generator-channels=100"))
        .containsExactly(
            "--set network.generator-channels=100: network.generator-channels is 100; allowed with"
                + " network.kind = r3gan: a multiple of 8");
  }

  @Test
  void networksAreAsTheirFamilySays() {
    for (PresetInfo preset : SettingsLoader.presets()) {
      RunSettings settings =
          SettingsLoader.load(
              preset.name(),
              List.of(),
              preset.name().equals("demo") ? List.of() : List.of("dataset.path=."));
      GanNetworks networks = GanNetworks.of(settings.network(), PublishedImages.of(settings, 3));
      assertThat(networks.styled().isPresent())
          .as(preset.name())
          .isEqualTo(NetworkFamily.of(settings.network()).hasStyles())
          .isEqualTo(networks.styles() > 0);
      assertThat(settings.training().batch() % networks.batchMultiple()).isZero();
    }
  }

  private static List<String> problems(String preset, String... overrides) {
    return catchThrowableOfType(
            SettingsException.class,
            () -> SettingsLoader.load(preset, List.of(), List.of(overrides)))
        .problems();
  }
}
