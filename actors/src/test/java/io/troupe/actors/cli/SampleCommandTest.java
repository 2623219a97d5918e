package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzReader;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GeneratorSampler;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SampleCommandTest extends SampleRuns {
  @Test
  void writesNumberedPicturesThatAreThoseOfTheNpz() throws Exception {
    Path out = folder.resolve("a").resolve("pictures");

    Cli result = sample(out, "--count 70");

    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .isEqualTo(
            """
            run         %s
            generator   of step 12, moving average
            from        %s
            pictures    70, each class in turn, seed 112, not truncated
            folder      %s
            """
                .formatted(root, checkpoint(), out));
    assertThat(names(out))
        .isEqualTo(IntStream.range(0, 70).mapToObj("%06d.png"::formatted).toList());
    assertThat(names(out.getParent())).containsExactly("pictures");
    Pictures npz = npz("--count 70");
    assertThat(npz.shape).containsExactly(70, 32, 32, 3);
    assertThat(npz.labels).isEqualTo(IntStream.range(0, 70).mapToLong(i -> i % CLASSES).toArray());
    for (int picture : new int[] {0, 1, 63, 64, 69}) {
      BufferedImage image = ImageIO.read(out.resolve("%06d.png".formatted(picture)).toFile());
      assertThat(image.getWidth()).isEqualTo(32);
      assertThat(image.getHeight()).isEqualTo(32);
      assertLevels(image, 0, 0, npz.picture(picture));
    }
  }

  private static void assertLevels(BufferedImage image, int left, int top, float[] picture) {
    for (int i = 0; i < PICTURE; i++) {
      int rgb = image.getRGB(left + i / 3 % 32, top + i / 3 / 32);
      int level = rgb >> (8 * (2 - i % 3)) & 0xFF;
      assertThat((double) level).isCloseTo((picture[i] + 1) * 127.5, within(0.5001));
    }
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherDoesNot() throws Exception {
    Pictures first = npz("--count 3");
    assertThat(npz("--count 3").images).isEqualTo(first.images);
    assertThat(npz("--count 3 --seed", SEED).images).isEqualTo(first.images);
    assertThat(npz("--count 3 --seed 5").images).isNotEqualTo(first.images);
    assertThat(npz("--count 3 --raw").images).isNotEqualTo(first.images);
    assertThat(npz("--count 3 --ema").images).isEqualTo(first.images);
    for (String name : List.of("one", "two")) {
      sample(folder.resolve(name), "--count 3");
    }
    assertThat(folder.resolve("two").resolve("000002.png"))
        .hasSameBinaryContentAs(folder.resolve("one").resolve("000002.png"));
  }

  @Test
  void picturesAreThoseOfTheStoredValues() throws Exception {
    float[] z = drawn(0, 3);
    for (String values : List.of("--ema", "--raw")) {
      Pictures pictures = npz("--count 3 --batch-norm running", values);
      try (GeneratorSampler single =
          new GeneratorSampler(
              SETTINGS.network(),
              ImageSpec.rgb(32, CLASSES),
              new GeneratorSampler.Use(1, BatchNormMode.RUNNING),
              CompiledGraph::compile)) {
        single.load(
            state.vectors().get(values.equals("--ema") ? "generator.average" : "generator"));
        single.set(0, Arrays.copyOfRange(z, 2 * LATENT, 3 * LATENT), 2);
        float[] expected = new float[PICTURE];
        single.generate(expected, 0, 1);
        // Another batch size may add in another order.
        assertThat(pictures.picture(2)).containsExactly(expected, within(1e-5f));
      }
    }
  }

  @Test
  void latentsOfAFileGiveThePicturesThatTheSeedGives() throws Exception {
    int[] classes = IntStream.range(0, 64).map(i -> i % CLASSES).toArray();
    Path same = latents(NpyArray.of(drawn(0, 64), 64, LATENT), NpyArray.of(classes, 64));
    for (String mode : List.of("batch", "running")) {
      assertThat(npz("--latents", same, "--batch-norm", mode).images)
          .isEqualTo(npz("--batch-norm", mode).images);
    }
  }

  @Test
  void withRunningStatisticsAPictureDoesNotDependOnItsBatch() throws Exception {
    Pictures many = npz("--count 70 --batch-norm running");
    Path last = latents(NpyArray.of(drawn(69, 1), 1, LATENT), NpyArray.of(new long[] {9}, 1));

    Pictures alone = npz("--latents", last, "--batch-norm running");

    assertThat(alone.labels).containsExactly(9);
    assertThat(alone.images).isEqualTo(many.picture(69));
  }

  @Test
  void withBatchStatisticsAPictureDoesNotDependOnHowManyAreWanted() throws Exception {
    assertThat(npz("--count 2 --batch-norm batch").picture(1))
        .isEqualTo(npz("--count 9 --batch-norm BATCH").picture(1))
        .isNotEqualTo(npz("--count 2 --batch-norm running").picture(1));
  }

  @Test
  void aClassIsChosenByNumberOrName() throws Exception {
    Pictures byNumber = npz("--count 3 --class 12 --batch-norm running");
    assertThat(byNumber.labels).containsExactly(12, 12, 12);
    Path out = folder.resolve("named.npz");
    assertThat(
            Cli.run(
                    "sample",
                    root,
                    "--out",
                    out,
                    "--class",
                    "Cool Square",
                    "--count",
                    3,
                    "--batch-norm",
                    "running")
                .code())
        .isZero();
    try (NpzReader npz = new NpzReader(out)) {
      assertThat(npz.read("images").floats()).isEqualTo(byNumber.images);
    }
    Path same =
        latents(NpyArray.of(drawn(0, 3), 3, LATENT), NpyArray.of(new int[] {12, 12, 12}, 3));
    assertThat(npz("--latents", same, "--batch-norm running").images).isEqualTo(byNumber.images);
  }

  @Test
  void aGridHasARowForEachClass() throws Exception {
    Path out = folder.resolve("grid.png");

    Cli result = sample(out, "--grid --count 43");

    assertThat(result.out()).contains("file        " + out);
    BufferedImage image = ImageIO.read(out.toFile());
    assertThat(image.getWidth()).isEqualTo(3 * 34 + 2);
    assertThat(image.getHeight()).isEqualTo(20 * 34 + 2);
    Pictures pictures = npz("--count 43");
    assertLevels(image, 2, 2, pictures.picture(0));
    assertLevels(image, 2, 2 + 34 * 19, pictures.picture(19));
    assertLevels(image, 2 + 34 * 2, 2 + 34 * 2, pictures.picture(42));
    assertThat(image.getRGB(2 + 34 * 2, 2 + 34 * 3) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }

  @Test
  void interpolationGoesLinearlyFromOneLatentToAnother() throws Exception {
    Path out = folder.resolve("grid.png");
    assertThat(sample(out, "--grid --interpolate --count 16 --batch-norm running").code()).isZero();

    float[] ends = drawn(0, 4);
    float[] z = new float[16 * LATENT];
    int[] classes = new int[16];
    for (int picture = 0; picture < 16; picture++) {
      int row = picture / 8;
      double far = picture % 8 / 7.0;
      classes[picture] = row;
      for (int i = 0; i < LATENT; i++) {
        z[picture * LATENT + i] =
            (float)
                ((1 - far) * ends[2 * row * LATENT + i] + far * ends[(2 * row + 1) * LATENT + i]);
      }
    }
    Path same = latents(NpyArray.of(z, 16, LATENT), NpyArray.of(classes, 16));
    Pictures expected = npz("--latents", same, "--batch-norm running");
    BufferedImage image = ImageIO.read(out.toFile());
    assertThat(image.getWidth()).isEqualTo(8 * 34 + 2);
    for (int picture = 0; picture < 16; picture++) {
      assertLevels(image, 2 + picture % 8 * 34, 2 + picture / 8 * 34, expected.picture(picture));
    }
  }
}
