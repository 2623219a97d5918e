package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.data.npz.NpyArray;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;

/** Runs 'metrics' and 'features' on pictures that are made for it. */
abstract class MetricsRuns {
  static final int SIDE = 16;

  @TempDir Path folder;

  Cli run(String... arguments) {
    return run(true, arguments);
  }

  Cli run(boolean random, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (arguments[0].equals("metrics")) {
      all.addAll(List.of("--cache", folder.resolve("cache").toString()));
    }
    if (random && !all.contains("--extractor")) {
      all.addAll(List.of("--extractor", "random"));
    }
    return Cli.run(all.toArray(String[]::new));
  }

  /** Noise around a colour, in classes that are sub-folders if there are several. */
  String pictures(String name, int count, int classes, int seed, int colour) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int k = 0; k < SIDE * SIDE; k++) {
        int level = Math.min(255, colour + random.nextInt(100));
        image.setRGB(k % SIDE, k / SIDE, level << 16 | random.nextInt(256) << 8 | colour);
      }
      Path place = folder.resolve(name);
      if (classes > 1) {
        place = place.resolve("class" + i % classes);
      }
      Files.createDirectories(place);
      ImageIO.write(image, "png", place.resolve("%03d.png".formatted(i)).toFile());
    }
    return folder.resolve(name).toString();
  }

  float[] features(String images, String... more) throws IOException {
    Path file = folder.resolve("features.npy");
    List<String> arguments = new ArrayList<>(List.of("features", "--images", images));
    arguments.addAll(List.of("--out", file.toString(), "--force", "--batch", "7"));
    arguments.addAll(List.of(more));
    Cli result = run(arguments.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
    try (var in = Files.newInputStream(file)) {
      NpyArray array = NpyArray.read(in);
      assertThat(result.out()).contains("float32 " + array.header().shape());
      return array.floats();
    }
  }

  Cli intra(String real, String fake) {
    return run("metrics", "--real", real, "--fake", fake, "--metrics", "intra-fid", "--json");
  }
}
