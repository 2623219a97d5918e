package io.troupe.models.networks.biggan;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Scope;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.PlainNetworks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Parameter counts of published BigGANs for CIFAR, by number of classes. */
class BigGanLayoutTest {
  private static final NetworkSettings PUBLISHED = PlainNetworks.of("biggan", 128, 256, 256, 0.02);

  @ParameterizedTest
  @CsvSource({"10, 4304387, 4207361", "20, 4335107, 4209921", "100, 4580867, 4230401"})
  void parametersAreAsPublished(int classes, long generator, long discriminator) {
    check(PUBLISHED, classes, generator, discriminator);
  }

  /** Hierarchical, with a shared embedding, with attention at 16x16. */
  @ParameterizedTest
  @CsvSource({"10, 9416196, 2415170", "20, 9417476, 2417090", "100, 9427716, 2432450"})
  void parametersOfTheWiderOneAreAsPublished(int classes, long generator, long discriminator) {
    check(
        BigGanVariants.network(80, 384, 192, BigGanVariants.biggan(true, 128, 16, 16)),
        classes,
        generator,
        discriminator);
  }

  /** Those for ImageNet, as the authors' program counts them. */
  @Test
  void parametersAt128AreAsPublished() {
    NetworkSettings settings =
        BigGanVariants.network(120, 96, 96, BigGanVariants.biggan(true, 128, 64, 64));
    check(settings, ImageSpec.rgb(128, 1000), 70_433_988, 87_982_370);
  }

  private static void check(
      NetworkSettings settings, int classes, long generator, long discriminator) {
    check(settings, ImageSpec.rgb(32, classes), generator, discriminator);
  }

  private static void check(
      NetworkSettings settings, ImageSpec images, long generator, long discriminator) {
    int classes = images.classes();
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope g = graph.scope("g/", BatchNormMode.BATCH);
    new BigGanGenerator(settings, images)
        .images(g, graph.input("z", 2, settings.latentSize()), graph.input("y", 2, classes), 2);
    assertThat(g.layout().trainableLength()).isEqualTo(generator);
    Scope d = graph.scope("d/", BatchNormMode.BATCH);
    new BigGanDiscriminator(settings, images)
        .logits(d, graph.input("x", images.shape(2)), graph.sameDiff().getVariable("y"));
    assertThat(d.layout().trainableLength()).isEqualTo(discriminator);
  }
}
