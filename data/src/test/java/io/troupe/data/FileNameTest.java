package io.troupe.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.DatasetSettings.ClassOrder;
import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {
  /** Opens a folder and says what is in it. */
  static final class Reader {
    private Reader() {}

    public static void main(String[] arguments) {
      PrintStream screen = new PrintStream(System.out, true, UTF_8);
      ImageListing listing =
          new ImageFolder().files(Path.of(arguments[0]), true, ClassOrder.NUMBERS);
      listing.notes().forEach(screen::println);
      ImageFiles dataset =
          new ImageFiles(
              listing,
              new ImageFiles.Reading(
                  new Squares(4, Fit.CROP, Filter.BILINEAR), 0, false, Duration.ZERO),
              System::nanoTime,
              screen::println);
      screen.println(dataset.classNames());
      for (int i = 0; i < dataset.size(); i++) {
        byte[] image = new byte[48];
        dataset.read(i, image);
        screen.println(dataset.label(i) + " " + (image[0] & 255));
      }
    }
  }

  /** Names in UTF-8 and in Latin-1, as no JVM in a single locale could write them. */
  @ParameterizedTest
  @ValueSource(strings = {"C", "C.UTF-8"})
  void everyLocaleReadsTheSame(String locale, @TempDir Path folder) throws Exception {
    String script =
        """
        cd "$1"
        utf=$(printf 'cl\\303\\251 \\303\\240') latin=$(printf 'cl\\351 \\340') cat=$(printf '\\347\\214\\253')
        for name in "$cat" "$utf" "$latin"; do
          mkdir "$name" && cp "$2" "$name/$name.png" || exit 1
        done
        """;
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                script,
                "sh",
                folder.toString(),
                Fixtures.path("pictures/rgba.png").toString())
            .inheritIO()
            .start();
    assertThat(shell.waitFor()).isZero();
    String printed =
        ChildJvm.run(Map.of("LC_ALL", locale), List.of(), Reader.class, folder.toString());
    assertThat(printed)
        .startsWith("[cl%E9 %E0, clé à, 猫]\n")
        .endsWith("exit code 0")
        .hasLineCount(5);
  }

  @Test
  void bytesThatAreNotUtf8StandAsInAddresses() {
    assertThat(FileName.decoded("cl%C3%A9%20%E7%8C%AB.png")).isEqualTo("clé 猫.png");
    assertThat(FileName.decoded("cl%E9%20%E7%8C%AB.png")).isEqualTo("cl%E9 猫.png");
    assertThat(FileName.decoded("%F0%9F%98%80%FF")).isEqualTo("😀%FF");
    assertThat(FileName.of(Path.of("a", "plain name.png"))).isEqualTo("plain name.png");
  }
}
