package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.graph.CompiledGraph;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkLayoutsTest {
  @Test
  void areThoseOfATraining() {
    RunSettings settings =
        SettingsLoader.load(
            "demo",
            List.of(),
            List.of(
                "network.latent-size=7",
                "network.generator-channels=4",
                "network.discriminator-channels=6",
                "training.batch=3"));
    NetworkLayouts layouts = NetworkLayouts.of(settings.network(), 5);
    try (GanTraining training = new GanTraining(settings, 5, CompiledGraph::compile)) {
      assertThat(layouts.generator().slots())
          .isEqualTo(training.generator().values().layout().slots());
      assertThat(layouts.discriminator().slots())
          .isEqualTo(training.discriminator().values().layout().slots());
    }
  }
}
