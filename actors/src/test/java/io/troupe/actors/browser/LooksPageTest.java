package io.troupe.actors.browser;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every view, narrow and wide, light and dark: nothing is too wide, too faint or too small, and
 * pictures of all are kept for people to look at, below target/screenshots or the folder that the
 * system property troupe.screenshots names.
 */
@Tag("browser")
class LooksPageTest {
  private static final Path PICTURES =
      Path.of(System.getProperty("troupe.screenshots", "target/screenshots"));

  /** Views by the names of their pictures. */
  private static final Map<String, String> VIEWS = views();

  @TempDir static Path folder;

  private static PageFixture page;
  private static Browser browser;

  private static Map<String, String> views() {
    Map<String, String> views = new TreeMap<>();
    views.put("list", "#/");
    views.put("compare", "#/compare/sweeps~finished,sweeps~stopped");
    for (String tab :
        List.of(
            "overview",
            "curves",
            "scores",
            "pictures",
            "checkpoints",
            "settings",
            "events",
            "log",
            "company")) {
      views.put("run-" + tab, "#/run/sweeps~finished/" + tab);
    }
    for (String state :
        List.of("failed", "gone", "empty", "starting", "running", "paused", "stopping")) {
      views.put("state-" + state, "#/run/" + state);
    }
    return views;
  }

  @BeforeAll
  static void start() throws Exception {
    page = PageFixture.start(folder);
    browser = page.browser();
  }

  @AfterAll
  static void end() throws Exception {
    if (page != null) {
      page.close();
    }
  }

  static Set<String> names() {
    return VIEWS.keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyViewLooksRight(String name) {
    open(name);
    requireRight(name, 1400, "light");
    requireRight(name, 390, "dark");
    browser.requireQuiet(page.address(), "the server responded with a status of 409");
  }

  @ParameterizedTest
  @MethodSource("names")
  @Tag("nightly")
  void everyViewLooksRightInTheOtherThemeToo(String name) {
    open(name);
    requireRight(name, 1400, "dark");
    requireRight(name, 390, "light");
  }

  private static void open(String name) {
    browser.look(1400, 900, "light");
    browser.open(page.address(), VIEWS.get(name));
    settle(name);
  }

  private static void requireRight(String name, int width, String theme) {
    browser.look(width, width > 800 ? 900 : 844, theme);
    browser.drawn();
    PageFaults.requireNone(browser, "%s at %d, %s".formatted(name, width, theme));
    browser.picture(PICTURES.resolve("%s-%d-%s.png".formatted(name, width, theme)), true);
  }

  /** Waits until nothing more is to come: no request is under way, and all pictures are drawn. */
  private static void settle(String name) {
    String ready =
        switch (name) {
          case "list" -> "[data-part=runs] tbody";
          case "compare" -> "[data-part=difference]";
          case "run-company" -> "[data-part=no-company]";
          case "run-log" -> "[data-part=log]";
          case "run-events" -> "[data-part=event]";
          case "run-settings" -> "[data-part=setting]";
          case "run-checkpoints" -> "[data-part=checkpoint]";
          case "run-pictures" -> "[data-part=plot]";
          case "run-scores" -> "[data-part=all-scores] td";
          case "run-curves", "run-overview" -> ".plot canvas";
          default -> "section.head[data-state='" + name.replace("state-", "") + "']";
        };
    browser.find(ready);
    browser.until(
        "pictures",
        () ->
            (Boolean)
                browser.script(
                    "return [...document.images].every(i => i.complete || i.loading === 'lazy')"));
  }
}
