package io.troupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that were made to do harm, or that chance has changed. */
final class HostileSettingsTest {
  private static final int DEEP = 20_000;
  private static final int MUTATIONS = 100;

  @TempDir Path folder;

  @Test
  void includesMakeNoRequests() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:%d/my.conf".formatted(server.getAddress().getPort());
      assertThat(problemOf("include url(\"%s\")".formatted(url)))
          .contains("my.conf", "include of " + url, "only files are included", "include file(");
      assertThat(problemOf("include \"%s\"".formatted(url))).contains("only files are included");
      assertThat(problemOf("include required(url(\"%s\"))".formatted(url)))
          .contains("only files are included");
      assertThat(requests).hasValue(0);
    } finally {
      server.stop(0);
    }
    assertThat(problemOf("include classpath(\"application.conf\")"))
        .contains("only files are included");
    assertThat(problemOf("include file(\"/dev/zero\")")).contains("/dev/zero", "not a file");
  }

  @Test
  void filesAreIncluded() throws IOException {
    Files.writeString(folder.resolve("other.conf"), "training.batch = 7");
    Path second = Files.writeString(folder.resolve("second.conf"), "seed = 9");
    Path file =
        Files.writeString(
            folder.resolve("my.conf"),
            "include \"other.conf\"\ninclude file(\"%s\")".formatted(second));
    RunSettings settings = SettingsLoader.load("demo", List.of(file), List.of());
    assertThat(settings.training().batch()).isEqualTo(7);
    assertThat(settings.seed()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "a{", "[", "a=[", "a.", "${a", "a=${?", "a=\"\"\""})
  void nestingEndsInOneLine(String piece) throws IOException {
    assertThat(problemOf(piece.repeat(DEEP))).contains("my.conf").hasSizeLessThan(1000);
  }

  @Test
  void substitutionsEndInOneLine() throws IOException {
    assertThat(problemOf("a = ${b}\nb = ${a}")).contains("my.conf").hasSizeLessThan(1000);
    StringBuilder chain = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      chain.append("a%d = ${a%d}%n".formatted(i, i + 1));
    }
    assertThat(problemOf(chain + "a5000 = 1\nseed = x")).contains("my.conf");
  }

  /** Not where the value stands that it takes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.batch = ${dataset.kind}",
        "training { batch = ${training.steps}x }",
        "training.batch = ${dataset.size}00000000",
        "training = ${seed}",
        "dataset = ${training}"
      })
  void whatASubstitutionStandsForIsRefusedWhereTheSubstitutionIs(String text) throws IOException {
    assertThat(problemOf("\n" + text).lines())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).contains("my.conf:2: ").doesNotContain("merge of"));
  }

  @Test
  void substitutionsTakeTheValuesThatAreThere() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("my.conf"),
            "seed = ${?nothing}\nevaluation.batch = ${training.batch}\nsampling = ${sampling}");
    RunSettings plain = SettingsLoader.load("demo", List.of(), List.of());
    RunSettings settings = SettingsLoader.load("demo", List.of(file), List.of());
    assertThat(settings.seed()).isEqualTo(plain.seed());
    assertThat(settings.sampling()).isEqualTo(plain.sampling());
    assertThat(settings.evaluation().batch()).isEqualTo(plain.training().batch());
  }

  /** Whatever the thread's stack would bear. */
  @ParameterizedTest
  @ValueSource(ints = {101, 3000, DEEP})
  void whatIsNestedTooDeeplyIsRefusedForThePageToo(int depth) throws IOException {
    for (String piece : List.of("a.", "a {", "a = [")) {
      String end = piece.equals("a.") ? "b = 1" : (piece.equals("a {") ? "}" : "]").repeat(depth);
      Path file =
          Files.writeString(
              folder.resolve("my.conf"), "preset = demo\n" + nested(piece, depth) + end);
      SettingsException e =
          catchThrowableOfType(SettingsException.class, () -> SettingsManual.read(file));
      assertThat(e).as(piece).hasMessageContainingAll("my.conf", "nested too deeply");
    }
  }

  private static String nested(String piece, int depth) {
    return piece.equals("a = [") ? piece + "[".repeat(depth - 1) : piece.repeat(depth);
  }

  @Test
  void aHundredLevelsAreRead() throws IOException {
    Path file =
        Files.writeString(folder.resolve("my.conf"), "preset = demo\n" + "a.".repeat(99) + "b = 1");
    assertThat(SettingsManual.read(file)).containsEntry("preset", "demo").hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "preset = ${preset}",
        "preset = demo\ndataset = 5",
        "preset = demo\ndataset = ${nothing}",
        "preset = demo\ndataset = ${nothing}\ndataset.path = a"
      })
  void aRunsSubstitutionsAndMisplacedValuesAreRefused(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("my.conf"), text);
    SettingsException e =
        catchThrowableOfType(
            SettingsException.class, () -> SettingsLoader.loadRun(file, List.of(), List.of()));
    assertThat(e).hasMessageContaining("my.conf");
  }

  @Test
  void whatIsNoFileOfSettingsIsNotRead() throws IOException {
    assertThat(problem(Path.of("/dev/zero"))).contains("/dev/zero", "not a file");
    assertThat(problemOf("#".repeat(2 << 20))).contains("my.conf", "at most 1048576");
  }

  /** It is put behind the default, which is a text. */
  @Test
  void whatIsAddedToAValueThatIsNoListIsRefusedByTheFilesName() throws IOException {
    assertThat(problemOf("network.kind += biggan")).contains("my.conf", "defaults.conf", "biggan");
  }

  @Test
  void changedFilesAreReadOrRefusedByName() throws IOException {
    String whole =
        SettingsLoader.render(SettingsLoader.load("demo", List.of(), List.of()))
            .replaceFirst("(?m)^preset.*$", "");
    String pieces = "{}[]()$\"=+:,#\\.\0a0 ";
    Random random = new Random(3);
    Path file = folder.resolve("my.conf");
    for (int i = 0; i < MUTATIONS; i++) {
      StringBuilder text = new StringBuilder(whole);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        text.setCharAt(
            random.nextInt(text.length()), pieces.charAt(random.nextInt(pieces.length())));
      }
      Files.writeString(file, text);
      try {
        SettingsLoader.load("demo", List.of(file), List.of());
      } catch (SettingsException e) {
        assertThat(e).hasMessageContaining("my.conf");
      }
    }
  }

  private String problemOf(String text) throws IOException {
    return problem(Files.writeString(folder.resolve("my.conf"), text));
  }

  private static String problem(Path file) {
    SettingsException e =
        catchThrowableOfType(
            SettingsException.class, () -> SettingsLoader.load("demo", List.of(file), List.of()));
    assertThat(e).isNotNull();
    return e.getMessage();
  }
}
