package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.networks.PublishedImages;
import io.troupe.models.training.GanTraining;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans without memory, against the programs that are made. */
@Tag("parity")
class PlannedGraphTest {
  private static final int CLASSES = 3;

  static RunSettings small(String preset) {
    List<String> changes =
        new ArrayList<>(
            List.of(
                "network.generator-channels=8",
                "network.discriminator-channels=8",
                "training.batch=8",
                "compute.precision=float32"));
    if (!preset.equals("demo") && !preset.contains("cifar")) {
      changes.add("dataset.path=.");
    }
    if (preset.startsWith("stylegan2")) {
      changes.add("network.stylegan2.deviation-group=4");
      changes.add("network.stylegan2.most-channels=16");
      changes.add("training.path-length.weight=2");
    }
    return SettingsLoader.load(preset, List.of(), changes);
  }

  /** With a paused program, penalties and path length among them. */
  @ParameterizedTest
  @ValueSource(
      strings = {"demo", "dcgan-celeba", "stylegan2-cifar100", "biggan-attention-cifar100"})
  void aPlanHasTheBytesOfThePrograms(String preset) {
    RunSettings settings = small(preset);
    try (GanTraining planned =
            new GanTraining(settings, PublishedImages.of(settings, CLASSES), CompiledGraph::plan);
        GanTraining compiled =
            new GanTraining(
                settings, PublishedImages.of(settings, CLASSES), CompiledGraph::compile)) {
      assertThat(planned.plannedBytes()).isEqualTo(compiled.plannedBytes()).isPositive();
      int images = settings.training().imagesPerStep();
      int size = planned.spec().size();
      FloatBuffer pixels = FloatBuffer.allocate(images * size * size * 3);
      assertThatThrownBy(() -> planned.step(1, pixels, new int[images]))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }
}
