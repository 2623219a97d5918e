package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkLayoutsTest {
  @ParameterizedTest
  @CsvSource({"demo, 5", "demo, 1", "stylegan2-cifar100, 5", "stylegan2-cifar100, 1"})
  void areThoseOfATraining(String preset, int classes) {
    List<String> sizes =
        new ArrayList<>(
            List.of(
                "network.latent-size=7",
                "network.generator-channels=4",
                "network.discriminator-channels=6",
                "training.batch=3"));
    if (preset.startsWith("stylegan2")) {
      sizes.addAll(
          List.of("network.stylegan2.style-size=8", "network.stylegan2.deviation-group=3"));
    }
    RunSettings settings = SettingsLoader.load(preset, List.of(), sizes);
    NetworkLayouts layouts = NetworkLayouts.of(settings.network(), ImageSpec.rgb(32, classes));
    try (GanTraining training =
        new GanTraining(settings, ImageSpec.rgb(32, classes), CompiledGraph::compile)) {
      assertThat(layouts.generator().slots())
          .isEqualTo(training.generator().values().layout().slots());
      assertThat(layouts.discriminator().slots())
          .isEqualTo(training.discriminator().values().layout().slots());
    }
  }
}
