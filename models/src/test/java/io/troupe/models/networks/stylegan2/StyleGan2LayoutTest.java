package io.troupe.models.networks.stylegan2;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Scope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/** Parameter counts of published networks, and the shapes that the graphs give. */
class StyleGan2LayoutTest {
  private record Counts(long mapping, long synthesis, long discriminator) {}

  @Test
  void smallNetworkHasThePublishedSize() {
    assertThat(count(StyleGan2Settings.small(0))).isEqualTo(new Counts(2101248, 1898995, 1220591));
  }

  /**
   * By hand: the first mapping layer reads 512 more, the embedding has 20 rows and a bias; the last
   * layer has 512 outputs, which are multiplied with the class's embedding.
   */
  @Test
  void smallConditionalNetwork() {
    long embedding = 20 * 512 + 512;
    assertThat(count(StyleGan2Settings.small(20)))
        .isEqualTo(
            new Counts(
                2101248 + 512 * 512 + embedding,
                1898995,
                1220591 + 511 * (4 * 257 + 1) + embedding));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 19947539, 20720641",
    "10, 20215315, 23089664",
    "20, 20220435, 23094784",
    "100, 20261395, 23135744"
  })
  void cifarNetworkHasThePublishedSize(int classes, long generator, long discriminator) {
    Counts counts = count(StyleGan2Settings.cifar(classes));
    assertThat(counts.synthesis()).isEqualTo(19422227);
    assertThat(counts.mapping() + counts.synthesis()).isEqualTo(generator);
    assertThat(counts.discriminator()).isEqualTo(discriminator);
  }

  @Test
  void numbersOfStyles() {
    SynthesisNetwork small = new SynthesisNetwork(StyleGan2Settings.small(0));
    SynthesisNetwork cifar = new SynthesisNetwork(StyleGan2Settings.cifar(0));
    assertThat(small.styles()).isEqualTo(4);
    assertThat(cifar.styles()).isEqualTo(8);
    assertThat(cifar.noiseShapes(3))
        .extracting(shape -> shape.get(1))
        .containsExactly(4L, 8L, 8L, 16L, 16L, 32L, 32L);
  }

  private static Counts count(StyleGan2Settings settings) {
    int batch = settings.deviationGroup();
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    SDVariable labels = graph.input("labels", batch, Math.max(1, settings.classes()));
    Scope mapping = graph.scope("mapping/", BatchNormMode.BATCH);
    SDVariable style =
        new MappingNetwork(settings).styles(mapping, graph.input("z", batch, 512), labels);
    SynthesisNetwork network = new SynthesisNetwork(settings);
    List<SDVariable> noise = new ArrayList<>();
    for (List<Long> shape : network.noiseShapes(batch)) {
      noise.add(
          graph.input("noise" + noise.size(), shape.stream().mapToLong(Long::longValue).toArray()));
    }
    Scope synthesis = graph.scope("synthesis/", BatchNormMode.BATCH);
    SDVariable styles = network.repeated(graph.sameDiff(), style, batch);
    network.images(synthesis, styles, noise, batch);
    Scope discriminator = graph.scope("d/", BatchNormMode.BATCH);
    SDVariable images = graph.input("images", batch, 32, 32, 3);
    new StyleGan2Discriminator(settings).logits(discriminator, images, labels, batch, 1);
    return new Counts(
        mapping.layout().trainableLength(),
        synthesis.layout().trainableLength(),
        discriminator.layout().trainableLength());
  }
}
