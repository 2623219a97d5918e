package io.troupe.actors.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.http.HttpServer;
import io.troupe.config.RunSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("protocol")
class PageRoutesTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Pattern IMPORT = Pattern.compile("(?m)^(?:import|export) .*?'\\./(.+?)';");
  private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"assets/(.+?)\"");
  private static final Pattern COLOR = Pattern.compile("--([a-z0-9-]+):\\s*(#[0-9a-f]{3,6})\\b");

  private static HttpServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new HttpServer(new RunSettings.Control("127.0.0.1", 0, Optional.empty()), 0, Map.of(), 1);
    server.start(new PageRoutes()::addTo, config -> {});
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @Test
  void nothingOfThePageIsInlineOrOfAnotherHost() throws Exception {
    HttpResponse<String> response = get("/");

    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'", "script-src 'self';", "style-src 'self';")
        .doesNotContain("unsafe");
    assertThat(response.body())
        .contains("<title>Troupe</title>")
        .doesNotContainPattern("(?i)(src|href)=\"(https?:)?//")
        .doesNotContainPattern("(?i)<style|\\sstyle=|\\son[a-z]+=|<script>");
  }

  @Test
  void allFilesAreServedAndUsed() throws Exception {
    Deque<String> open = new ArrayDeque<>(found(ASSET, get("/").body()));
    TreeSet<String> seen = new TreeSet<>();
    while (!open.isEmpty()) {
      String name = open.pop();
      if (seen.add(name)) {
        HttpResponse<String> response = get("/assets/" + name);
        assertThat(response.statusCode()).as(name).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse(""))
            .as(name)
            .startsWith(
                name.endsWith(".js")
                    ? "text/javascript"
                    : name.endsWith(".css") ? "text/css" : "image/svg+xml");
        if (!name.startsWith("uPlot")) {
          open.addAll(found(IMPORT, response.body()));
        }
      }
    }

    seen.remove("uPlot.iife.min.js");
    seen.remove("uPlot.min.css");
    assertThat(seen).isEqualTo(new TreeSet<>(sources().keySet())).hasSizeGreaterThan(5);
  }

  @Test
  void aBrowserThatHasAFileIsToldThatItIsStillTheSame() throws Exception {
    String tag = get("/assets/main.js").headers().firstValue("ETag").orElseThrow();

    assertThat(get("/assets/main.js", "If-None-Match", tag).statusCode()).isEqualTo(304);
    assertThat(get("/assets/main.js", "If-None-Match", "\"x\", W/" + tag).statusCode())
        .isEqualTo(304);
    assertThat(get("/assets/list.js", "If-None-Match", tag).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PageRoutes.class",
        "nothing.js",
        "..%2Fview%2Fmain.js",
        "..%2F..%2F..%2F..%2Flogback.xml",
        "uPlot.d.ts",
        ".js",
        "package.json"
      })
  void onlyFilesOfThePageAreServed(String name) throws Exception {
    HttpResponse<String> response = get("/assets/" + name);

    assertThat(response.statusCode()).isIn(400, 404);
  }

  /** What a run is called, or notes, are texts: no module makes markup or code of a text. */
  @Test
  void noModuleMakesMarkupOfText() throws Exception {
    for (Map.Entry<String, String> source : sources().entrySet()) {
      if (source.getKey().endsWith(".js")) {
        assertThat(source.getValue())
            .as(source.getKey())
            .doesNotContainPattern(
                "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function"
                    + "|createContextualFragment|https?://");
      }
    }
  }

  /** WCAG 2.1: 4.5 for text (1.4.3), 3 for lines of plots, signs and borders (1.4.11). */
  @Test
  void coloursHaveTheContrastOfWcagAa() throws Exception {
    String css = sources().get("style.css");
    Map<String, String> light = colors(css.substring(0, css.indexOf("[data-theme=dark]")));
    Map<String, String> dark = new LinkedHashMap<>(light);
    dark.putAll(colors(css.substring(css.indexOf("[data-theme=dark]"))));
    for (Map<String, String> theme : List.of(light, dark)) {
      for (String back : List.of("paper", "card", "sunk", "soft")) {
        for (String ink : List.of("ink", "dim", "accent")) {
          assertContrast(theme, ink, back, 4.5);
        }
      }
      for (String state : List.of("good", "warn", "bad")) {
        assertContrast(theme, state, "card", 4.5);
        assertContrast(theme, state, state + "-soft", 4.5);
      }
      assertContrast(theme, "on-accent", "accent", 4.5);
      assertContrast(theme, "card", "ink", 4.5);
      assertContrast(theme, "edge", "card", 3);
      assertContrast(theme, "edge", "paper", 3);
      for (int i = 1; i <= 8; i++) {
        assertContrast(theme, "series-" + i, "card", 3);
      }
    }
  }

  private static void assertContrast(
      Map<String, String> theme, String ink, String back, double least) {
    double a = luminance(theme.get(ink));
    double b = luminance(theme.get(back));
    assertThat((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05))
        .as("%s %s on %s %s", ink, theme.get(ink), back, theme.get(back))
        .isGreaterThanOrEqualTo(least);
  }

  /** Relative luminance as WCAG 2.1 defines it. */
  private static double luminance(String color) {
    String digits = color.substring(1);
    String full = digits.length() == 3 ? digits.replaceAll("(.)", "$1$1") : digits;
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double level = Integer.parseInt(full.substring(2 * i, 2 * i + 2), 16) / 255.0;
      sum +=
          weights[i] * (level <= 0.03928 ? level / 12.92 : Math.pow((level + 0.055) / 1.055, 2.4));
    }
    return sum;
  }

  private static Map<String, String> colors(String css) {
    Map<String, String> colors = new LinkedHashMap<>();
    Matcher matcher = COLOR.matcher(css);
    while (matcher.find()) {
      colors.putIfAbsent(matcher.group(1), matcher.group(2));
    }
    return colors;
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(result -> result.group(1)).toList();
  }

  /** The files beside the class but for index.html, by name. */
  private static Map<String, String> sources() throws Exception {
    Path folder = Path.of(PageRoutes.class.getResource("index.html").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all =
          files.filter(file -> file.getFileName().toString().matches(".*\\.(js|css|svg)")).toList();
      Map<String, String> sources = new LinkedHashMap<>();
      for (Path file : all) {
        sources.put(file.getFileName().toString(), Files.readString(file));
      }
      return sources;
    }
  }

  private static HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }
}
