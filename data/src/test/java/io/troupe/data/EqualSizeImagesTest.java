package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.DatasetSettings;
import io.troupe.config.SettingsLoader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EqualSizeImagesTest {
  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();

  private Dataset open(Path path) {
    DatasetSettings settings =
        SettingsLoader.load(
                "demo", List.of(), List.of("dataset.kind=image-folder", "dataset.path=" + path))
            .dataset();
    return Datasets.openAsTheyAre(settings, Optional.empty(), notes::add);
  }

  private void image(String name, int width, int height, int type, int rgb) throws IOException {
    BufferedImage image = new BufferedImage(width, height, type);
    image.setRGB(0, 0, rgb);
    Files.createDirectories(folder.resolve(name).getParent());
    ImageIO.write(image, "png", folder.resolve(name).toFile());
  }

  @Test
  void imagesAreReadAsTheyAre() throws IOException {
    image("b/1.png", 3, 2, BufferedImage.TYPE_INT_RGB, 0x010203);
    image("a/2.png", 3, 2, BufferedImage.TYPE_BYTE_GRAY, 0xFFFFFF);
    Dataset dataset = open(folder);
    assertThat(dataset.classNames()).containsExactly("a", "b");
    assertThat(dataset.size()).isEqualTo(2);
    assertThat(dataset.height()).isEqualTo(2);
    assertThat(dataset.width()).isEqualTo(3);
    byte[] image = new byte[18];
    dataset.read(0, image);
    assertThat(image).startsWith(255, 255, 255, 0, 0, 0);
    dataset.read(1, image);
    assertThat(image).startsWith(1, 2, 3, 0, 0, 0);
    assertThat(dataset.label(1)).isEqualTo(1);
  }

  @Test
  void anotherSizeIsRefusedByName() throws IOException {
    image("1.png", 3, 2, BufferedImage.TYPE_INT_RGB, 0);
    image("2.png", 2, 3, BufferedImage.TYPE_INT_RGB, 0);
    Dataset dataset = open(folder);
    assertThatThrownBy(() -> dataset.read(1, new byte[18]))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("2.png: the picture is 2 x 3")
        .hasMessageContaining("1.png is 3 x 2");
  }

  @Test
  void aBrokenFileIsRefusedByName() throws IOException {
    image("1.png", 3, 2, BufferedImage.TYPE_INT_RGB, 0);
    Files.writeString(folder.resolve("2.jpg"), "no picture");
    Dataset dataset = open(folder);
    assertThatThrownBy(() -> dataset.read(1, new byte[18]))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(
            "2.jpg: not a readable picture: not a PNG, JPEG, BMP, GIF or WebP file");
    assertThatThrownBy(() -> open(folder.resolve("none")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("there is no such folder. Name a folder with pictures (.png");
  }
}
