package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makePictures() throws IOException {
    picture("pictures/Füchse/1.png", 12, 9, BufferedImage.TYPE_INT_RGB, 0xFF0000);
    picture("pictures/Füchse/2.png", 9, 12, BufferedImage.TYPE_BYTE_GRAY, 0x808080);
    picture("pictures/Füchse/deep/3.png", 12, 9, BufferedImage.TYPE_INT_RGB, 0xFF0000);
    picture("pictures/猫/1.jpg", 12, 9, BufferedImage.TYPE_INT_RGB, 0x0000FF);
    Files.writeString(folder.resolve("pictures/list.txt"), "x");
  }

  @Test
  void saysWhatIsThere() throws IOException {
    assertThat(run("data", folder.resolve("pictures"), "--json")).isZero();
    JsonNode answer = new ObjectMapper().readTree(out.toString());
    assertThat(answer.get("kind").asText()).isEqualTo("image-folder");
    assertThat(answer.get("images").asInt()).isEqualTo(4);
    assertThat(answer.get("classes").toString()).isEqualTo("{\"Füchse\":3,\"猫\":1}");
    assertThat(answer.get("sizes").toString()).isEqualTo("{\"12x9\":3,\"9x12\":1}");
    assertThat(answer.get("shorter_sides").toString()).isEqualTo("[9,9,9]");
    assertThat(answer.get("modes").toString()).isEqualTo("{\"rgb\":3,\"grey\":1}");
    assertThat(answer.get("unusable")).isEmpty();
    assertThat(answer.get("duplicates")).hasSize(1);
    assertThat(answer.get("duplicates").get(0).get(1).asText()).endsWith("deep/3.png");
    assertThat(answer.get("notes").get(0).asText()).contains("1 file of other kinds (1 .txt)");

    out.getBuffer().setLength(0);
    assertThat(run("data", folder.resolve("pictures"))).isZero();
    assertThat(out.toString())
        .contains(
            "image-folder, 4 pictures in 2 classes",
            "classes     Füchse 3, 猫 1",
            "sizes       12x9 3, 9x12 1",
            "duplicates  ",
            "1.png = ");
  }

  @Test
  void filesThatCannotBeDecodedAreNamedAndTheExitCodeSaysSo() throws IOException {
    Files.writeString(folder.resolve("pictures/猫/2.jpg"), "");
    Files.write(
        folder.resolve("pictures/猫/3.jpg"),
        Arrays.copyOf(Files.readAllBytes(folder.resolve("pictures/猫/1.jpg")), 300));
    assertThat(run("data", folder.resolve("pictures"))).isEqualTo(1);
    assertThat(out.toString())
        .contains("2.jpg: the file is empty", "3.jpg: the JPEG file is cut off");
  }

  @Test
  void aClassOfWhichNothingCanBeUsedIsNamed() throws IOException {
    Files.createDirectories(folder.resolve("pictures/broken"));
    Files.writeString(folder.resolve("pictures/broken/1.jpg"), "x");
    assertThat(run("data", folder.resolve("pictures"))).isEqualTo(1);
    assertThat(out.toString())
        .containsOnlyOnce("can be used, so no run can begin")
        .contains("note        broken: none of the 1 pictures");
  }

  @Test
  void theSheetHasARowForEachClass() throws IOException {
    Path sheet = folder.resolve("sheet.png");
    assertThat(
            run(
                "data",
                folder.resolve("pictures"),
                "--set",
                "dataset.size=8",
                "--set",
                "dataset.cache=memory",
                "--sheet",
                sheet))
        .isZero();
    BufferedImage image = ImageIO.read(sheet.toFile());
    assertThat(image.getWidth()).isEqualTo(16 * 10 - 2);
    assertThat(image.getHeight()).isEqualTo(2 * 10 - 2);
    assertThat(image.getRGB(4, 4) & 0xFFFFFF).isEqualTo(0xFF0000);
    assertThat(image.getRGB(14, 4) & 0xFFFFFF).isEqualTo(0x808080);
    assertThat(image.getRGB(24, 4) & 0xFFFFFF).isEqualTo(0xFF0000);
    assertThat(image.getRGB(34, 4) & 0xFFFFFF).isZero();
    assertThat(image.getRGB(4, 14) & 0xFF).isGreaterThan(240);
    assertThat(out.toString())
        .endsWith("sheet       %s, rows from the top: 1: Füchse, 2: 猫%n".formatted(sheet));
  }

  @Test
  void whatTheSurveySaidIsNotSaidAgainForTheSheet() throws IOException {
    Files.writeString(folder.resolve("pictures/猫/2.jpg"), "");
    Path sheet = folder.resolve("sheet.png");
    assertThat(
            run(
                "data",
                folder.resolve("pictures"),
                "--set",
                "dataset.cache=memory",
                "--sheet",
                sheet))
        .isEqualTo(1);
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString()).containsOnlyOnce("2.jpg").containsOnlyOnce("left out");
  }

  @Test
  void namesOfAnyCharactersKeepToTheirLine() throws IOException {
    picture("pictures/two\nlines/1.png", 12, 9, BufferedImage.TYPE_INT_RGB, 0x00FF00);
    Files.createDirectories(folder.resolve("pictures/a\nb"));
    assertThat(run("data", folder.resolve("pictures"))).isZero();
    assertThat(out.toString())
        .contains("two\\nlines 1", "(the first is a\\nb)")
        .doesNotContain("two\n", "a\nb");
  }

  @Test
  void classesThatAreNotDrawnAreCounted() throws IOException {
    for (int i = 0; i < 34; i++) {
      picture("many/%d/1.png".formatted(i), 2, 2, BufferedImage.TYPE_INT_RGB, i);
    }
    Path sheet = folder.resolve("sheet.png");
    assertThat(
            run("data", folder.resolve("many"), "--set", "dataset.cache=memory", "--sheet", sheet))
        .isZero();
    assertThat(out.toString())
        .contains(", 31: 30, 32: 31; 2 classes more are not drawn")
        .doesNotContain("33: 32");
    assertThat(ImageIO.read(sheet.toFile()).getHeight()).isEqualTo(32 * 34 - 2);
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    assertThat(run("data", folder.resolve("none"))).isEqualTo(2);
    assertThat(err.toString()).contains("there is no such file or folder");
    assertThat(run("data", folder, "--set", "training.batch=3")).isEqualTo(2);
    assertThat(err.toString()).contains("only settings of the section dataset count here");
    assertThat(run("data", folder.resolve("pictures"), "--sheet", folder)).isEqualTo(2);
    assertThat(err.toString()).contains("is a folder; name a PNG file");
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThat(run("data", empty)).isEqualTo(1);
    assertThat(err.toString()).contains("there are no pictures in this folder");
  }

  private int run(Object... words) {
    String[] arguments = new String[words.length];
    for (int i = 0; i < words.length; i++) {
      arguments[i] = words[i].toString();
    }
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private void picture(String name, int width, int height, int type, int rgb) throws IOException {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int i = 0; i < width * height; i++) {
      if (type == BufferedImage.TYPE_BYTE_GRAY) {
        // setRGB would go through a grey colour space with another curve.
        image.getRaster().setSample(i % width, i / width, 0, rgb & 255);
      } else {
        image.setRGB(i % width, i / width, rgb);
      }
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, name.substring(name.length() - 3), file.toFile());
  }
}
