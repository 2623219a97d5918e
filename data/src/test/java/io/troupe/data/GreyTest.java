package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.troupe.config.DatasetSettings;
import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.Rounding;
import io.troupe.config.SettingsLoader;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzReader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grey pictures against Pillow itself; see scripts/fixtures/grey.py. */
@Tag("parity")
class GreyTest {
  private static final int SIDE = 48;

  private static byte[] picture;
  private static byte[] grey;
  private static byte[] rgb;
  private static NpyArray steps;
  private static byte[] results;

  @TempDir static Path folder;

  @BeforeAll
  static void readFixture() throws IOException {
    try (NpzReader npz = new NpzReader(Fixtures.path("grey.npz"))) {
      picture = npz.read("picture").bytes();
      grey = npz.read("grey").bytes();
      rgb = npz.read("rgb").bytes();
      steps = npz.read("steps");
      results = npz.read("results").bytes();
    }
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < picture.length; i++) {
      image.getRaster().setSample(i / 3 % SIDE, i / 3 / SIDE, i % 3, picture[i] & 255);
    }
    assertThat(ImageIO.write(image, "png", folder.resolve("0.png").toFile())).isTrue();
  }

  private static Dataset open(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "dataset.kind=image-folder",
                "dataset.path=" + folder,
                "dataset.size=" + SIDE,
                "dataset.cache=memory"));
    all.addAll(List.of(more));
    return Datasets.open(SettingsLoader.load("demo", List.of(), all).dataset(), 1);
  }

  private static byte[] first(Dataset dataset) {
    byte[] image = new byte[dataset.imageBytes()];
    dataset.read(0, image);
    return image;
  }

  @Test
  void aFolderTurnedGreyIsAsPillowsConversion() {
    Dataset made = open("dataset.channels=1");
    assertThat(made.channels()).isEqualTo(1);
    assertThat(first(made)).isEqualTo(grey);
    assertThat(open().channels()).isEqualTo(3);
    assertThat(first(open("dataset.channels=3"))).isEqualTo(picture);
  }

  @Test
  void greyTurnedToColourIsAsPillowsConversion() {
    Dataset made = OtherChannels.of(open("dataset.channels=1"), 3);
    assertThat(made.channels()).isEqualTo(3);
    assertThat(first(made)).isEqualTo(rgb);
    assertThat(made.classNames()).isEqualTo(open().classNames());
    assertThat(made.size()).isEqualTo(1);
    assertThatThrownBy(() -> made.read(0, new byte[rgb.length - 1]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void brightnessAndContrastOfGreyAreAsPillows() throws IOException {
    int cases = steps.header().shape().get(0);
    assertThat(cases).isEqualTo(16);
    for (int number = 0; number < cases; number++) {
      float[] levels = new float[grey.length];
      Augmentation.load(grey, levels, 0);
      float factor = (float) steps.doubles()[2 * number + 1];
      if (steps.doubles()[2 * number] == 0) {
        PillowJitter.brightness(levels, 0, levels.length, factor);
      } else {
        PillowJitter.contrastOfGrey(levels, 0, levels.length, factor);
      }
      for (int i = 0; i < levels.length; i++) {
        int expected = results[number * levels.length + i] & 255;
        assertThat(levels[i]).as("case %d, value %d", number, i).isEqualTo(expected);
      }
    }
  }

  @Test
  void contrastInFloatingPointMovesAwayFromTheMean() {
    float[] levels = {50, 100, 150, 220};
    ColorJitter.contrastOfGrey(levels, 0, 4, 0.5f);
    assertThat(levels).containsExactly(90, 115, 140, 175);
  }

  @Test
  void augmentedGreyHasAPixelForEachPixel() {
    RunSettings.Augmentation flip =
        new RunSettings.Augmentation(true, 0, 0, 0, 0, Rounding.EIGHT_BIT);
    Augmentation augmentation = new Augmentation(flip, 1, 1, 3, 1);
    int mirrored = 0;
    for (int index = 0; index < 64; index++) {
      float[] target = new float[3];
      augmentation.apply(new byte[] {0, 51, (byte) 255}, 9, index, target, 0);
      boolean flipped = new CounterRandom(1, Stream.AUGMENTATION, 9, index).nextBoolean();
      assertThat(target)
          .containsExactly(flipped ? new float[] {1, -0.6f, -1} : new float[] {-1, -0.6f, 1});
      mirrored += flipped ? 1 : 0;
    }
    assertThat(mirrored).isBetween(20, 44);
  }

  @Test
  void whatGreyImagesDoNotHaveIsRefused() {
    RunSettings.Augmentation colour =
        new RunSettings.Augmentation(false, 0.1, 0.1, 0, 0.1, Rounding.NONE);
    assertThat(Augmentation.misfit(colour, 3)).isEmpty();
    assertThat(Augmentation.misfit(colour, 1))
        .hasValueSatisfying(
            why -> assertThat(why).contains("augmentation.hue is 0.1", "set both to 0"));
    assertThatThrownBy(() -> new Augmentation(colour, 1, 2, 2, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutLabelsAllImagesAreOneClass() {
    DatasetSettings settings =
        SettingsLoader.load("demo", List.of(), List.of("dataset.labels=none")).dataset();
    Dataset dataset = Datasets.open(settings, 1);
    assertThat(dataset.classNames()).containsExactly("all");
    assertThat(dataset.label(7)).isZero();
    assertThatThrownBy(() -> dataset.label(dataset.size()))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(Datasets.classNames(settings)).containsExactly("all");
    assertThat(Survey.of(settings, (count, images) -> {}).classes())
        .containsExactly(entry("all", 20_000));
    byte[] found = first(dataset);
    byte[] expected = new byte[3072];
    new Shapes(1, DatasetSettings.Split.TRAIN, 20_000).read(0, expected);
    assertThat(found).isEqualTo(expected);
  }
}
