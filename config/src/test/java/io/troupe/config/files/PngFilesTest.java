package io.troupe.config.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngFilesTest {
  @TempDir private Path folder;

  /** It may be full, as that of a node which evaluates for all runs. */
  @Test
  void noFolderForTemporaryFilesIsNeeded() throws Exception {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(2, 1, 0xff336699);
    File before = ImageIO.getCacheDirectory();
    Path gone = Files.createDirectory(folder.resolve("gone"));
    ImageIO.setCacheDirectory(gone.toFile());
    byte[] png;
    try {
      Files.delete(gone);
      assertThatThrownBy(() -> ImageIO.write(image, "png", new ByteArrayOutputStream()))
          .as("ImageIO by itself needs it")
          .isInstanceOf(Exception.class);
      png = PngFiles.bytes(image);
    } finally {
      ImageIO.setCacheDirectory(before);
    }
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(read.getWidth()).isEqualTo(3);
    assertThat(read.getHeight()).isEqualTo(2);
    assertThat(read.getRGB(2, 1)).isEqualTo(0xff336699);
    assertThat(read.getRGB(0, 0)).isEqualTo(0xff000000);
  }
}
