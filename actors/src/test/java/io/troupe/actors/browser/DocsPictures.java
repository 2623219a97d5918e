package io.troupe.actors.browser;

import io.troupe.actors.studio.Studio;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Makes the pictures of the page in docs/ anew. No test runs it but by its name, over a folder of
 * runs: {@code ./mvnw -pl actors -am test -Dtest=DocsPictures
 * -Dsurefire.failIfNoSpecifiedTests=false -Dtroupe.docs.runs=/absolute/runs}. Of the folder's runs
 * the first three by name are compared, and the first one is shown.
 */
@Tag("browser")
class DocsPictures {
  private static final Path DOCS = Path.of("..", "docs");

  @Test
  void picturesOfRealRuns() throws Exception {
    Path folder = Path.of(System.getProperty("troupe.docs.runs", "../runs"));
    try (Browser browser = Browser.start();
        Studio studio =
            Studio.start(
                new RunSettings.Control("127.0.0.1", 0, Optional.empty()),
                Optional.empty(),
                folder,
                new Jobs(Optional.empty()))) {
      URI page = studio.address();
      browser.devtools("Emulation.setScrollbarsHidden", Map.of("hidden", true));
      browser.open(page, "#/");
      browser.choose("sort", "name");
      browser.until(
          "three runs", () -> browser.all("[data-part=run] img:not([hidden])").size() >= 3);
      for (int i = 0; i < 3; i++) {
        browser.all("[data-part=mark]").get(i).click();
      }
      browser.look(1400, 400, "light");
      browser.drawn();
      browser.picture(DOCS.resolve("studio-list.png"), false);
      String run = browser.all("[data-part=run]").get(0).getAttribute("data-run");

      browser.click("compare");
      browser.part("difference");
      browser.until("plots", () -> browser.all(".plots canvas").size() > 4);
      browser.until("grids", () -> drawn(browser, ".stage [data-part=grid]", 3));
      browser.look(1400, 1060, "light");
      browser.mouse().moveToLocation(2, 2).perform();
      browser.drawn();
      browser.picture(DOCS.resolve("studio-compare.png"), false);

      browser.go("#/run/" + run + "/overview");
      browser.find(".overview canvas");
      browser.until("grid", () -> drawn(browser, "[data-part=newest-grid]", 1));
      browser.look(1400, 1060, "light");
      browser.drawn();
      browser.picture(DOCS.resolve("studio.png"), false);

      browser.look(390, 844, "dark");
      browser.until("the plots are narrow", () -> browser.find(".u-over").getSize().width < 340);
      browser.picture(DOCS.resolve("studio-phone.png"), false);
    }
  }

  private static boolean drawn(Browser browser, String pictures, int least) {
    return (Boolean)
        browser.script(
            "const all = [...document.querySelectorAll(arguments[0])];"
                + "return all.length >= arguments[1] && all.every(i => i.naturalWidth > 0)",
            pictures,
            least);
  }
}
