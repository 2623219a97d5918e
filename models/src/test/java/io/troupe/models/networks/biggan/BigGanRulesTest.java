package io.troupe.models.networks.biggan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkFamily;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What BigGAN's options need of each other and of the sizes. */
class BigGanRulesTest {
  private static final String SECTION = "network.biggan.";

  @Test
  void hierarchyNeedsASharedEmbedding() {
    assertThat(problems(SECTION + "hierarchical=true", SECTION + "shared-embedding=0"))
        .containsExactly(
            "--set network.biggan.hierarchical=true: network.biggan.hierarchical is true and"
                + " network.biggan.shared-embedding is 0; allowed with it: at least 1");
  }

  @ParameterizedTest
  @CsvSource({"32, 4", "64, 5", "128, 6", "256, 7"})
  void hierarchyNeedsEqualChunks(int size, int chunks) {
    String hierarchical = SECTION + "hierarchical=true";
    String embedding = SECTION + "shared-embedding=16";
    assertThat(misfit(size, hierarchical, embedding, "network.latent-size=" + 20 * chunks))
        .isEmpty();
    assertThat(misfit(size, hierarchical, embedding, "network.latent-size=" + (20 * chunks + 1)))
        .hasValueSatisfying(
            reason ->
                assertThat(reason).contains("must be a multiple of " + chunks + ", such as "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "32 | [8, 16, 32] | [16, 8]",
        "64 | [8, 16, 32, 64] | [32, 16, 8, 4]",
        "128 | [8, 16, 32, 64, 128] | [64, 32, 16, 8, 4]"
      })
  void attentionNeedsASideThatABlockHas(int size, String generator, String discriminator) {
    assertThat(misfit(size, SECTION + "generator-attention=4"))
        .contains(
            "network.biggan.generator-attention is 4, which is no resolution of a block of the"
                + " generator for images of %d pixels; allowed: 0 or one of %s"
                    .formatted(size, generator));
    assertThat(misfit(size, SECTION + "discriminator-attention=" + size))
        .hasValueSatisfying(reason -> assertThat(reason).endsWith("one of " + discriminator));
    assertThat(misfit(size, SECTION + "generator-attention=" + size)).isEmpty();
  }

  @Test
  void quantisersFollowBlocksThatThereAre() {
    String layers = SECTION + "quantiser.layers=\"04\"";
    assertThat(misfit(64, layers)).isEmpty();
    assertThat(misfit(32, layers))
        .contains(
            "network.biggan.quantiser.layers has 4; the blocks of the discriminator of images of 32"
                + " pixels are 0 to 3");
  }

  @Test
  void otherSizesAreRefusedWithThoseThatThereAre() {
    assertThat(misfit(48))
        .contains(
            "network.kind = biggan makes images of [32, 64, 128, 256] pixels, and those of the"
                + " dataset have 48 x 48; set dataset.size for an image folder, or choose another"
                + " network.kind");
  }

  private static Optional<String> misfit(int size, String... overrides) {
    NetworkSettings network =
        SettingsLoader.load("biggan-cifar100", List.of(), List.of(overrides)).network();
    return NetworkFamily.of(network).misfit(network, ImageSpec.rgb(size, 3));
  }

  @Test
  void attentionNeedsChannelsForItsKeys() {
    assertThat(problems(SECTION + "generator-attention=16", "network.generator-channels=12"))
        .containsExactly(
            "--set network.generator-channels=12: network.generator-channels is 12; allowed with"
                + " network.biggan.generator-attention: a multiple of 8");
  }

  @Test
  void whatFitsIsAccepted() {
    RunSettings settings =
        SettingsLoader.load(
            "biggan-cifar100",
            List.of(),
            List.of(
                SECTION + "hierarchical=true",
                SECTION + "shared-embedding=16",
                SECTION + "generator-attention=8",
                SECTION + "discriminator-attention=8",
                "network.latent-size=80"));

    assertThat(settings.network().biggan().hierarchical()).isTrue();
  }

  @Test
  void whatAPresetSaysOfOtherNetworksDoesNotMatter() {
    RunSettings settings =
        SettingsLoader.load(
            "biggan-attention-cifar100",
            List.of(),
            List.of("network.kind=dcgan", "network.generator-channels=12"));

    assertThat(settings.network().kind()).isEqualTo("dcgan");
  }

  private static List<String> problems(String... overrides) {
    return catchThrowableOfType(
            SettingsException.class,
            () -> SettingsLoader.load("biggan-cifar100", List.of(), List.of(overrides)))
        .problems();
  }
}
