package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.checkpoint.SmallStates;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpyType;
import io.troupe.data.npz.NpzReader;
import io.troupe.data.npz.NpzWriter;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs 'sample' on a checkpoint that is made for it. */
abstract class SampleRuns {
  static final int SEED = 112;

  static final int LATENT = 8;

  static final int CLASSES = 20;

  static final int PICTURE = 32 * 32 * 3;

  static final RunSettings SETTINGS = SmallStates.settings(4);

  static TrainingState state;

  /** The content of an .npz file of pictures. */
  static final class Pictures {
    final List<Integer> shape;
    final float[] images;
    final long[] labels;

    Pictures(NpzReader npz) throws IOException {
      NpyArray array = npz.read("images");
      shape = array.header().shape();
      images = array.floats();
      labels = npz.read("labels").longs();
    }

    float[] picture(int index) {
      return Arrays.copyOfRange(images, index * PICTURE, (index + 1) * PICTURE);
    }
  }

  @TempDir Path folder;

  Path root;

  int files;

  @BeforeAll
  static void makeState() {
    try (GanTraining training =
        new GanTraining(SETTINGS, ImageSpec.rgb(32, CLASSES), CompiledGraph::compile)) {
      state = new TrainingState(training);
      state.copyFrom(training, 12);
      state.average().assign(training.generator().values().floats());
      state.average().array().muli(1.5);
    }
  }

  @AfterAll
  static void freeState() {
    state.close();
  }

  @BeforeEach
  void makeRun() throws Exception {
    root = Files.createDirectory(folder.resolve("run"));
    Files.writeString(new RunDirectory(root).config(), SettingsLoader.render(SETTINGS));
    new CheckpointStore(new RunDirectory(root).checkpoints(), "demo", SEED).save(state);
  }

  /** Samples with options, of which several may be in one text. */
  Cli sample(Path out, Object... options) {
    Stream<Object> words =
        Arrays.stream(options).flatMap(option -> Arrays.stream(option.toString().split(" ", -1)));
    return Cli.run(Stream.concat(Stream.of("sample", root, "--out", out), words).toArray());
  }

  Pictures npz(Object... options) throws Exception {
    Path out = folder.resolve("pictures%d.npz".formatted(files++));
    Cli result = sample(out, options);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    try (NpzReader npz = new NpzReader(out)) {
      assertThat(npz.names()).containsExactlyInAnyOrder("images", "labels");
      assertThat(npz.read("labels").header().type()).isEqualTo(NpyType.INT32);
      return new Pictures(npz);
    }
  }

  /** Normal numbers as the contract of seeds has them. */
  static float[] drawn(int first, int count) {
    float[] z = new float[count * LATENT];
    for (int picture = 0; picture < count; picture++) {
      CounterRandom random =
          new CounterRandom(SEED, io.troupe.config.random.Stream.SAMPLING, 0, first + picture);
      for (int i = 0; i < LATENT; i++) {
        z[picture * LATENT + i] = (float) random.nextGaussian();
      }
    }
    return z;
  }

  Path latents(NpyArray z, NpyArray y) throws Exception {
    Path file = folder.resolve("latents%d.npz".formatted(files++));
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("z", z);
      npz.add("y", y);
    }
    return file;
  }

  static List<String> names(Path place) throws Exception {
    try (var list = Files.list(place)) {
      return list.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  Path checkpoint() {
    return new RunDirectory(root).checkpoints().resolve("step-000000012.ckpt");
  }
}
