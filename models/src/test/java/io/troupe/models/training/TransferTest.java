package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.NetworkSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterLayout.Slot;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What networks take of others of their family. */
class TransferTest {
  private static final Which GENERATOR =
      new Which(NetworkLayouts::generator, GanNetworks::generatorBlocks);
  private static final Which DISCRIMINATOR =
      new Which(NetworkLayouts::discriminator, GanNetworks::discriminatorBlocks);

  private static NetworkSettings biggan(int channels, String... more) {
    return network("biggan-cifar100-small", channels, more);
  }

  private static NetworkSettings network(String preset, int channels, String... more) {
    List<String> changes = new ArrayList<>(List.of(more));
    changes.add("dataset.path=.");
    changes.add("network.generator-channels=" + channels);
    changes.add("network.discriminator-channels=" + channels);
    return SettingsLoader.load(preset, List.of(), changes).network();
  }

  /** One of both networks, by its layout and blocks. */
  private record Which(
      Function<NetworkLayouts, ParameterLayout> layout,
      Function<GanNetworks, List<NetworkBlock>> blocks) {
    Transfer transfer(NetworkSettings here, ImageSpec of, NetworkSettings there, ImageSpec from) {
      return Transfer.of(network(here, of), network(there, from));
    }

    private Transfer.Network network(NetworkSettings settings, ImageSpec spec) {
      return new Transfer.Network(
          layout.apply(NetworkLayouts.of(settings, spec)),
          blocks.apply(GanNetworks.of(settings, spec)));
    }
  }

  /** Names of what is taken, each with the other network's name. */
  private static Map<String, String> taken(Transfer transfer) {
    Map<String, String> names = new TreeMap<>();
    transfer.tensors().stream()
        .filter(Transfer.Tensor::taken)
        .forEach(tensor -> names.put(tensor.here().name(), tensor.there().orElseThrow().name()));
    return names;
  }

  private static List<String> drawn(Transfer transfer) {
    return transfer.tensors().stream()
        .filter(tensor -> !tensor.taken())
        .map(tensor -> tensor.here().name())
        .toList();
  }

  @Test
  void theSameNetworksTakeAll() {
    ImageSpec spec = ImageSpec.rgb(32, 20);
    assertThat(GENERATOR.transfer(biggan(8), spec, biggan(8), spec).isWhole()).isTrue();
    assertThat(DISCRIMINATOR.transfer(biggan(8), spec, biggan(8), spec).isWhole()).isTrue();
  }

  /** By the authors' tables, 128 pixels have twice the width of 64 at the same resolution. */
  @Test
  void bigGanOfAnotherSizeTakesTheBlocksOfTheSameResolution() {
    ImageSpec large = ImageSpec.rgb(128, 1);
    ImageSpec small = ImageSpec.rgb(64, 1);
    Transfer discriminator = DISCRIMINATOR.transfer(biggan(8), large, biggan(16), small);
    assertThat(taken(discriminator))
        .containsEntry("block2.conv1.weight", "block1.conv1.weight")
        .containsEntry("block2.conv1.u", "block1.conv1.u")
        .containsEntry("block4.shortcut.weight", "block3.shortcut.weight")
        .doesNotContainKeys("block0.conv1.weight", "block1.conv1.weight")
        // 16 to 16 channels there, 8 to 16 at 64 pixels: another width, whatever the name.
        .doesNotContainKey("block5.conv1.weight");
    Transfer generator = GENERATOR.transfer(biggan(8), large, biggan(16), small);
    assertThat(taken(generator))
        .containsEntry("block0.conv1.weight", "block0.conv1.weight")
        .containsEntry("block3.conv2.weight", "block3.conv2.weight")
        .containsEntry("linear.weight", "linear.weight")
        .doesNotContainKeys("rgb.weight", "rgb.bias", "norm.gain", "block4.conv1.weight");
    // Those of 64 pixels are for features that are nowhere here.
    assertThat(generator.unused()).contains("rgb.bias", "norm.mean");
  }

  @Test
  void styleGan2OfAnotherSizeTakesAllBlocksInCommon() {
    ImageSpec large = ImageSpec.rgb(32, 20);
    ImageSpec small = ImageSpec.rgb(16, 20);
    NetworkSettings half = network("stylegan2-cifar100", 8);
    NetworkSettings whole = network("stylegan2-cifar100", 16);
    assertThat(drawn(GENERATOR.transfer(half, large, whole, small)))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("synthesis.block3."));
    assertThat(drawn(DISCRIMINATOR.transfer(half, large, whole, small)))
        .contains("rgb.weight", "rgb.bias", "block3.conv1.weight")
        .allMatch(name -> name.startsWith("rgb.") || name.startsWith("block3."));
  }

  @Test
  void dcGanOfAnotherSizeTakesTheStagesOfTheSameResolution() {
    ImageSpec large = ImageSpec.rgb(64, 1);
    ImageSpec small = ImageSpec.rgb(32, 1);
    NetworkSettings half = network("dcgan-celeba", 4);
    NetworkSettings whole = network("dcgan-celeba", 8);
    assertThat(taken(DISCRIMINATOR.transfer(half, large, whole, small)))
        .containsEntry("stage2.weight", "stage1.weight")
        .containsEntry("stage3.norm.mean", "stage2.norm.mean")
        .containsEntry("stage4.weight", "stage3.weight")
        .doesNotContainKeys("stage0.weight", "stage1.weight");
    assertThat(drawn(GENERATOR.transfer(half, large, whole, small)))
        .containsExactlyInAnyOrder(
            "stage3.weight",
            "stage3.norm.gain",
            "stage3.norm.bias",
            "stage3.norm.mean",
            "stage3.norm.variance",
            "stage4.weight");
  }

  @Test
  void greyImagesDrawWhatReadsAndMakesColours() {
    ImageSpec grey = new ImageSpec(32, 1, 20);
    ImageSpec colour = ImageSpec.rgb(32, 20);
    assertThat(drawn(GENERATOR.transfer(biggan(8), grey, biggan(8), colour)))
        .containsExactly("rgb.weight", "rgb.bias", "rgb.u");
    assertThat(drawn(DISCRIMINATOR.transfer(biggan(8), grey, biggan(8), colour)))
        .containsExactlyInAnyOrder(
            "block0.conv1.weight", "block0.conv1.u", "block0.shortcut.weight", "block0.shortcut.u");
  }

  /** The vector of a weight that is drawn is of no use, though its shape is the same. */
  @Test
  void theVectorsOfSpectralNormGoWithTheirWeights() {
    ImageSpec spec = ImageSpec.rgb(32, 1);
    Transfer transfer =
        GENERATOR.transfer(biggan(8), spec, biggan(8, "network.latent-size=9"), spec);
    assertThat(drawn(transfer)).containsExactly("linear.weight", "linear.u");
  }

  /** Freezing and transfer rely on it. */
  @ParameterizedTest
  @CsvSource({
    "biggan-cifar100-small, 32, 5",
    "biggan-attention-cifar100, 32, 5",
    "biggan-cifar100-small, 64, 6",
    "biggan-cifar100-small, 256, 8",
    "stylegan2-cifar100, 32, 4",
    "stylegan2-ada-cifar100, 16, 3",
    "r3gan-cifar100-small, 16, 3",
    "r3gan-cifar100-small, 128, 6",
    "dcgan-celeba, 64, 5",
    "dcgan-celeba, 128, 6"
  })
  void theDiscriminatorsBlocksHoldAllOfItInOrder(String preset, int size, int count) {
    NetworkSettings network = network(preset, 8);
    ImageSpec spec = ImageSpec.rgb(size, 20);
    List<NetworkBlock> blocks = GanNetworks.of(network, spec).discriminatorBlocks();
    assertThat(blocks).hasSize(count).extracting(NetworkBlock::place).doesNotHaveDuplicates();
    for (boolean trainable : new boolean[] {true, false}) {
      List<Integer> holders =
          NetworkLayouts.of(network, spec).discriminator().slots().stream()
              .filter(slot -> slot.trainable() == trainable)
              .map(slot -> only(blocks, slot))
              .toList();
      assertThat(holders).isSorted();
    }
  }

  private static int only(List<NetworkBlock> blocks, Slot slot) {
    List<NetworkBlock> holders = blocks.stream().filter(b -> b.holds(slot.name())).toList();
    assertThat(holders).as(slot.name()).hasSize(1);
    return blocks.indexOf(holders.get(0));
  }

  @Test
  void aTensorThatIsNotThereIsDrawn() {
    ImageSpec one = ImageSpec.rgb(32, 1);
    ImageSpec many = ImageSpec.rgb(32, 20);
    NetworkSettings network = network("stylegan2-cifar100", 8);
    Transfer transfer = GENERATOR.transfer(network, many, network, one);
    Transfer.Tensor embedding =
        transfer.tensors().stream()
            .filter(tensor -> tensor.here().name().equals("mapping.embedding.weight"))
            .findFirst()
            .orElseThrow();
    assertThat(embedding.there()).isEqualTo(Optional.empty());
    assertThat(embedding.taken()).isFalse();
  }
}
