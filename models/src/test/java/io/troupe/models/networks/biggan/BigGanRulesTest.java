package io.troupe.models.networks.biggan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What BigGAN's options need of each other and of the sizes. */
class BigGanRulesTest {
  private static final String SECTION = "network.biggan.";

  @Test
  void hierarchyNeedsASharedEmbeddingAndEqualChunks() {
    assertThat(
            problems(
                SECTION + "hierarchical=true",
                SECTION + "shared-embedding=0",
                "network.latent-size=66"))
        .containsExactlyInAnyOrder(
            "--set network.biggan.hierarchical=true: network.biggan.hierarchical is true and"
                + " network.biggan.shared-embedding is 0; allowed with it: at least 1",
            "--set network.latent-size=66: network.latent-size is 66; allowed with"
                + " network.biggan.hierarchical: a multiple of 4");
  }

  @Test
  void attentionNeedsASideThatABlockHas() {
    assertThat(problems(SECTION + "generator-attention=4", SECTION + "discriminator-attention=32"))
        .containsExactlyInAnyOrder(
            "--set network.biggan.generator-attention=4: network.biggan.generator-attention is 4,"
                + " which is no resolution of a block of the generator; allowed: 0 or one of [8, 16, 32]",
            "--set network.biggan.discriminator-attention=32:"
                + " network.biggan.discriminator-attention is 32, which is no resolution of a"
                + " block of the discriminator; allowed: 0 or one of [16, 8]");
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
