package io.troupe.actors.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.history.RunFiles;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThumbnailsTest {
  @TempDir private Path folder;

  @Test
  void aFewAreKeptHoweverManyWidthsAreAskedFor() throws Exception {
    BufferedImage image = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(image, "png", folder.resolve("grid.png").toFile());
    RunFiles.Listed file = RunFiles.find(folder, ".png", "grid.png").orElseThrow();
    Thumbnails thumbnails = new Thumbnails(1 << 14);

    for (int width = 1; width <= 400; width++) {
      assertThat(thumbnails.of(file, width).isPresent()).isEqualTo(width < 40);
      assertThat(thumbnails.kept()).isBetween(1, 32);
    }
  }
}
