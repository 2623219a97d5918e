package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/tour-own-pictures.md work, on 300 JPEG files as people have them. */
@Tag("process")
@Tag("nightly")
class TourOwnPicturesTest {
  @TempDir private Path folder;
  private TourProgram program;

  /** The blocks of commands, with few steps of small networks, and free ports. */
  private static List<String> blocks() throws IOException {
    return TourProgram.blocks("tour-own-pictures.md").stream()
        .map(
            block ->
                block
                    .replaceAll("channels=8", "channels=2")
                    .replaceAll("--count 300", "--count 40")
                    .replaceAll(
                        "--steps \\d+",
                        "--steps 3 --set training.batch=4 --set evaluation.every=0 --set"
                            + " sampling.every=0")
                    .replaceAll("(?m)(scripts/troupe train\\b.*)$", "$1 --port 0"))
        .toList();
  }

  @AfterEach
  void endDaemons() throws IOException {
    program.close();
  }

  @Test
  void aFolderOfPhotographsBecomesANetworkAndThatAnother() throws Exception {
    program = TourProgram.in(folder);
    OwnPictures.make(folder.resolve("pictures/Äpfel"), 100, 1);
    OwnPictures.make(folder.resolve("pictures/черешня"), 100, 2);
    OwnPictures.make(folder.resolve("pictures/梨"), 100, 3);
    OwnPictures.make(folder.resolve("others/größere Vögel"), 20, 4);
    OwnPictures.make(folder.resolve("others/鳥"), 20, 5);
    List<String> blocks = blocks();
    assertThat(blocks).hasSize(5);

    assertThat(program.run(blocks.get(0)))
        .contains("image-folder, 300 pictures in 3 classes", "Äpfel 100", "черешня 100", "梨 100")
        .containsIgnoringCase("CMYK")
        .doesNotContain("unusable");
    BufferedImage sheet = ImageIO.read(folder.resolve("sheet.png").toFile());
    assertThat(sheet.getHeight()).isGreaterThanOrEqualTo(3 * 64);
    assertThat(program.run(blocks.get(1))).contains("done        step 3", "runs/mine");
    program.run(blocks.get(2));
    assertThat(ImageIO.read(folder.resolve("mine.png").toFile())).isNotNull();
    try (Stream<Path> made = Files.list(folder.resolve("made"))) {
      assertThat(made).hasSize(40);
    }
    assertThat(program.run(blocks.get(3))).contains("Precision", "cut to 64x64");
    assertThat(program.run(blocks.get(4)))
        .contains(
            "generator and average:",
            "drawn block0.norm1.gain",
            "embedding.weight",
            "64 to 32, 32 to 16",
            "done        step 3",
            "init from",
            "block0.norm1.gain",
            ", drawn anew");
  }
}
