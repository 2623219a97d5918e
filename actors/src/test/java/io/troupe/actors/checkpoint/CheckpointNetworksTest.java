package io.troupe.actors.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.io.Output;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointNetworksTest {
  @TempDir private Path folder;

  private Path save(GanTraining training) throws Exception {
    try (TrainingState state = new TrainingState(training)) {
      return new CheckpointStore(folder, "demo", 0).save(state).file();
    }
  }

  private static RunSettings with(int latent, int generator, int discriminator) {
    return SettingsLoader.load(
        "demo",
        List.of(),
        List.of(
            "network.latent-size=" + latent,
            "network.generator-channels=" + generator,
            "network.discriminator-channels=" + discriminator));
  }

  /** The file as it was written before it said what its networks are made for. */
  private static Path asVersion2(Path file) throws Exception {
    ByteBuffer now = ByteBuffer.wrap(Files.readAllBytes(file));
    Output spec = new Output(64);
    try (StoredCheckpoint checkpoint = StoredCheckpoint.open(file)) {
      CheckpointHeader.kryo().writeObject(spec, checkpoint.spec().orElseThrow());
    }
    byte[] magic = new byte[6];
    now.get(magic).getInt();
    byte[] header = new byte[now.getInt()];
    byte[] vectors = new byte[now.get(header).remaining() - 32];
    now.get(vectors);
    int shorter = header.length - (int) spec.total();
    byte[] body =
        ByteBuffer.allocate(magic.length + 8 + shorter + vectors.length)
            .put(magic)
            .putInt(2)
            .putInt(shorter)
            .put(header, 0, shorter)
            .put(vectors)
            .array();
    Files.write(file, body);
    Files.write(file, MessageDigest.getInstance("SHA-256").digest(body), StandardOpenOption.APPEND);
    return file;
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 3", "100, 3", "1, 2", "2, 2", "7, 2", "100, 2"})
  void findsTheClassesAndAllTensors(int classes, int version) throws Exception {
    try (GanTraining training = SmallStates.training(4, classes);
        StoredCheckpoint checkpoint =
            StoredCheckpoint.open(version == 2 ? asVersion2(save(training)) : save(training))) {
      CheckpointNetworks networks = CheckpointNetworks.of(checkpoint, with(8, 4, 4));
      assertThat(networks.spec()).isEqualTo(ImageSpec.rgb(32, classes));
      for (StoredNetwork network : StoredNetwork.values()) {
        boolean discriminator = network == StoredNetwork.DISCRIMINATOR;
        assertThat(network.layout(networks.layouts()).slots())
            .isEqualTo(
                (discriminator ? training.discriminator() : training.generator())
                    .values()
                    .layout()
                    .slots());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "9 | 4 | 4 | network.latent-size = 9 and network.generator-channels = 4 do not fit",
        "8 | 5 | 4 | network.latent-size = 8 and network.generator-channels = 5 do not fit",
        "8 | 4 | 5 | network.discriminator-channels = 5 does not fit its discriminator",
        "8 | 4 | 300 | network.discriminator-channels = 300 does not fit its discriminator"
      })
  void namesTheSettingsThatDoNotFit(int latent, int generator, int discriminator, String message)
      throws Exception {
    try (GanTraining training = SmallStates.training(4, 20);
        StoredCheckpoint checkpoint = StoredCheckpoint.open(save(training))) {
      assertThatThrownBy(
              () -> CheckpointNetworks.of(checkpoint, with(latent, generator, discriminator)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(checkpoint.file() + ": ")
          .hasMessageContainingAll("preset demo", message, "--config");
    }
  }

  /** 12 channels' worth of a class, 16 of a latent number: 3 numbers less are 4 classes more. */
  @Test
  void networksOfDifferentNumbersOfClassesDoNotFit() throws Exception {
    try (GanTraining training = SmallStates.training(4, 20);
        StoredCheckpoint checkpoint = StoredCheckpoint.open(asVersion2(save(training)))) {
      assertThatThrownBy(() -> CheckpointNetworks.of(checkpoint, with(5, 4, 4)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContainingAll("its generator is one of 24 classes", "discriminator one of 20");
    }
  }
}
