package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorNormsTest {
  @Test
  void eachTensorHasItsOwn() {
    RunSettings settings =
        SettingsLoader.load(
            "demo",
            List.of(),
            List.of(
                "training.batch=2",
                "network.latent-size=8",
                "network.generator-channels=4",
                "network.discriminator-channels=4"));
    try (GanTraining training =
        new GanTraining(settings, ImageSpec.rgb(32, 2), CompiledGraph::compile)) {
      TrainedNetwork network = training.discriminator();
      ParameterLayout.Slot slot = network.values().layout().slot("linear.weight");
      assertThat(slot.length()).isEqualTo(4);
      for (int i = 0; i < 4; i++) {
        int place = (int) slot.offset() + i;
        network.values().floats().write().put(place, 3);
        network.adam().firstMoments().write().put(place, i == 0 ? -5 : 0);
        network.adam().secondMoments().write().put(place, 0.25f);
      }
      List<TensorNorms> norms = TensorNorms.of(training);
      assertThat(norms)
          .hasSize(
              training.generator().values().layout().slots().size()
                  + network.values().layout().slots().size());
      assertThat(norms).contains(new TensorNorms("discriminator", "linear.weight", 6, 5, 1));
      assertThat(norms)
          .filteredOn(state -> state.tensor().equals("linear.u"))
          .hasSize(2)
          .allSatisfy(state -> assertThat(state.value()).isPositive())
          .allSatisfy(state -> assertThat(state.gradientRoot()).isZero());
    }
  }
}
