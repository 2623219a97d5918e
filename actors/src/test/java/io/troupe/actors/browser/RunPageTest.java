package io.troupe.actors.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** All parts of the page of a run that has ended, in a browser. */
@Tag("browser")
class RunPageTest {
  private static final String NO_DAEMON = "the server responded with a status of 409";
  private static final String RUN = "#/run/sweeps~finished/";

  @TempDir static Path folder;

  private static PageFixture page;
  private static Browser browser;

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

  @AfterEach
  void nothingIsWrong() {
    browser.requireQuiet(page.address(), NO_DAEMON);
  }

  private static String plot(String part) {
    return browser.find("[data-part='" + part + "'] .plot-place").getAttribute("aria-label");
  }

  private static void untilPlot(String part, String excerpt) {
    browser.untilText(() -> plot(part), excerpt);
  }

  /** What can be pressed now to steer the run. */
  private static Set<String> steering() {
    return browser.all(".steer button").stream()
        .filter(button -> button.isDisplayed() && button.isEnabled())
        .map(button -> button.getAttribute("data-part"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyStateIsToldWithWhatCanBeDone() {
    Map<String, String> sentences =
        Map.of(
            "sweeps~finished", "All 400 steps are done.",
            "sweeps~stopped", "It was stopped after step 200",
            "failed", "This run failed.\nthe loss is NaN after 3 rollbacks; smaller learning rates",
            "gone", "The daemon of this run is gone.\nprocess 4711 was killed (exit code 137)",
            "empty", "This run has not begun.\nNothing has happened yet.",
            "starting", "Its data and networks are being prepared.",
            "running", "It is training.",
            "paused", "It is paused after step 10.",
            "stopping", "It ends after step 10, and writes its last state.");
    Map<String, Set<String>> buttons =
        Map.of(
            "starting", Set.of("stop"),
            "running", Set.of("checkpoint", "evaluate", "pause", "sample", "stop"),
            "paused", Set.of("checkpoint", "evaluate", "resume", "sample", "stop"),
            "stopping", Set.of());
    for (String run : sentences.keySet()) {
      browser.open(page.address(), "#/run/" + run);
      String state = run.substring(run.indexOf('~') + 1);
      browser.untilText(() -> browser.text("section.head"), sentences.get(run));
      assertThat(browser.text("section.head [data-part=state]")).contains(state);
      assertThat(steering()).as(run).isEqualTo(buttons.getOrDefault(run, Set.of("start")));
      browser.untilText(browser::title, state);
      PageFaults.requireNone(browser, run);
    }
  }

  @Test
  void theOverviewShowsTheNewestAndEnlargesIt() {
    browser.open(page.address(), RUN + "overview");

    untilPlot(
        "plot-loss",
        "Discriminator: 40 values, now 0.4000 at step 400, lowest 0.4000, highest 1.818");
    untilPlot(
        "plot-score",
        "FID: 3 values, now 30.00 at step 300, lowest 20.00, highest 40.00. Best 20.00.");
    assertThat(browser.text("[data-part=plot-speed] h3")).isEqualTo("Speed, images/s");
    assertThat(browser.text("[data-part=score-table]"))
        .contains("lower is better", "higher is better", "step 200");
    WebElement grid = browser.part("newest-grid");
    assertThat(grid.getAttribute("src")).contains("step-000000400.png");
    assertThat(grid.getAttribute("alt")).contains("step 400", "4 classes");
    browser.click("enlarge");
    WebElement picture = browser.find("[data-part=viewer] img");
    for (int scale : List.of(1, 2, 4, 8)) {
      browser.click("scale-" + scale);
      int wanted = scale * RunFolders.GRID_WIDTH;
      browser.until(scale + " times as wide", () -> picture.getSize().width == wanted);
    }
    browser.click("scale-fit");
    assertThat(browser.part("save-picture").getAttribute("href")).contains("step-000000400.png");
    PageFaults.requireNone(browser, "viewer");
    browser.press(Keys.ESCAPE);
    browser.gone("viewer");
    assertThat(browser.focused().getAttribute("data-part")).isEqualTo("enlarge");
    browser.press(Keys.ENTER);
    browser.click("viewer-close");
    browser.gone("viewer");
  }

  @Test
  void curvesAreSmoothedZoomedAndDrawnOverOtherAxes() {
    browser.open(page.address(), RUN + "curves");
    untilPlot("plot-loss-", "40 values");

    WebElement smoothing = browser.part("smoothing");
    assertThat(smoothing.getAttribute("value")).isEqualTo("0.6");
    smoothing.sendKeys(Keys.HOME);
    assertThat(browser.text(".curve-tools .amount")).isEqualTo("0.00");
    for (String box : List.of("log", "band", "marks")) {
      boolean before = browser.part(box).isSelected();
      browser.click(box);
      assertThat(browser.part(box).isSelected()).isEqualTo(!before);
    }
    browser.choose("x-axis", "images");
    untilPlot("plot-loss-", "at image ");
    browser.choose("x-axis", "hours");
    untilPlot("plot-loss-", "at hour 0.05");
    browser.choose("x-axis", "step");
    browser.type("range-from", "100");
    browser.type("range-to", "200" + Keys.ENTER);
    untilPlot("plot-loss-", "11 values, now 0.6667 at step 200");
    browser.click("range-all");
    untilPlot("plot-loss-", "40 values");
    dragOver("plot-loss-");
    browser.until("a range", () -> !browser.part("range-from").getAttribute("value").isEmpty());
    assertThat(Integer.parseInt(browser.part("range-from").getAttribute("value")))
        .isBetween(50, 200);
    WebElement over = browser.find("[data-part=plot-loss-] .u-over");
    browser.mouse().doubleClick(over).perform();
    browser.until("all", () -> browser.part("range-from").getAttribute("value").isEmpty());
    String series = "[data-part=plot-loss-] button[data-part=series]";
    browser.clickOn(series);
    assertThat(browser.find(series).getAttribute("aria-pressed")).isEqualTo("false");
    browser.clickOn(series);
    assertThat(browser.find(series).getAttribute("aria-pressed")).isEqualTo("true");
    PageFaults.requireNone(browser, "curves");
    browser.open(page.address(), RUN + "curves");
  }

  @Test
  void aFingerThatGoesSidewaysChoosesARange() {
    browser.look(390, 844, "light");
    browser.open(page.address(), RUN + "curves");
    untilPlot("plot-loss-", "40 values");
    WebElement over = browser.find("[data-part='plot-loss-'] .u-over");
    browser.script("arguments[0].scrollIntoView({block: 'center'})", over);
    int quarter = over.getSize().width / 4;
    browser.finger(over, -quarter, quarter);

    browser.until("a range", () -> !browser.part("range-from").getAttribute("value").isEmpty());
    assertThat(Integer.parseInt(browser.part("range-from").getAttribute("value")))
        .isBetween(50, 200);
    assertThat(Integer.parseInt(browser.part("range-to").getAttribute("value")))
        .isBetween(200, 350);
    browser.click("range-all");
    untilPlot("plot-loss-", "40 values");
    browser.look(1400, 900, "light");
  }

  @Test
  void settingsThatNobodyChangedAreClosedWhereThereIsLittleRoom() {
    browser.look(390, 844, "light");
    browser.open(page.address(), RUN + "settings");
    browser.untilText(() -> browser.text("[data-part=settings-changed]"), "checkpoints.best");
    assertThat(browser.text("[data-part=settings-default]")).contains("network", "training");
    assertThat(browser.all("[data-part=settings-section][open]")).isEmpty();

    browser.clickOn("[data-part=settings-section][data-key=network] summary");
    browser.untilText(
        () -> browser.text("[data-part=settings-section][data-key=network]"),
        "network.initial-deviation");
    browser.type("settings-search", "prefetch.batches");
    browser.untilText(
        () -> browser.text("[data-part=settings-section][data-key=prefetch]"), "prefetch.batches");
    PageFaults.requireNone(browser, "sections of settings");
    browser.look(1400, 900, "light");
  }

  private static void dragOver(String part) {
    WebElement over = browser.find("[data-part='" + part + "'] .u-over");
    int quarter = over.getSize().width / 4;
    browser
        .mouse()
        .moveToElement(over, -quarter, 0)
        .clickAndHold()
        .moveByOffset(quarter, 0)
        .moveByOffset(quarter / 2, 0)
        .release()
        .perform();
  }

  @Test
  void scoresSayWhichIsBestAndWhichWayIsBetter() {
    browser.open(page.address(), RUN + "scores");

    browser.untilText(() -> browser.text("[data-part=all-scores]"), "20.00 best");
    assertThat(browser.text("[data-part=all-scores]"))
        .contains("FID ↓", "↑", "300 30.00 5.000 best", "100 40.00 3.000");
    untilPlot("plot-score-fid", "Best 20.00.");
    PageFaults.requireNone(browser, "scores");
  }

  @Test
  void settingsAreFoundAndTheirChangesListed() {
    browser.open(page.address(), RUN + "settings");

    browser.untilText(() -> browser.text("[data-part=settings-changed]"), "checkpoints.best");
    assertThat(browser.text("[data-part=changes]")).contains("evaluation.every", "200", "100");
    assertThat(browser.shows("setting-edit")).isFalse();
    browser.type("settings-search", "LATENT-SIZE");
    browser.until(
        "the setting, and the one whose meaning names it",
        () ->
            browser.all("[data-part=setting]").stream()
                .map(setting -> setting.getAttribute("data-setting"))
                .toList()
                .equals(List.of("network.latent-size", "network.biggan.hierarchical")));
    browser.type("settings-search", "");
    browser.choose("settings-kind", "live");
    browser.until("fewer", () -> !browser.text("main").contains("fixed since the start"));
    browser.choose("settings-kind", "changed");
    browser.gone("settings-default");
    PageFaults.requireNone(browser, "settings");
  }

  @Test
  void eventsAreFilteredAndReadToTheFirst() {
    browser.open(page.address(), RUN + "events");

    browser.click("kind-evaluation-finished");
    browser.until("three", () -> browser.all("[data-part=event]").size() == 3);
    assertThat(browser.part("kind-evaluation-finished").getAttribute("aria-pressed"))
        .isEqualTo("true");
    assertThat(browser.text("[data-part=event]")).contains("evaluation finished", "fid 30");
    browser.click("kind-evaluation-finished");
    browser.click("kind-step");
    browser.until("steps", () -> browser.all("[data-part=event][data-kind=step]").size() == 40);
    browser.click("kind-step");
    browser.type("events-text", "first of the log");
    browser.untilText(() -> browser.text("main"), "No event matches.");
    browser.type("events-text", "evaluation.every");
    browser.until("one", () -> browser.all("[data-part=event]").size() == 1);
    PageFaults.requireNone(browser, "events");
  }

  @Test
  void theLogIsFollowedFromItsEnd() {
    browser.open(page.address(), RUN + "log");

    browser.untilText(() -> browser.text("[data-part=log]"), "line 400 of the log");
    assertThat(browser.text("[data-part=log-file]")).contains("daemon.log", "KiB");
    browser.until("at its end", () -> fromEnd() < 5);
    browser.click("log-follow");
    assertThat(browser.part("log-follow").isSelected()).isFalse();
    browser.script("document.querySelector('[data-part=log]').scrollTop = 0");
    browser.click("log-follow");
    browser.until("at its end again", () -> fromEnd() < 5);
    browser.choose("log-size", "262144");
    browser.untilText(() -> browser.text("[data-part=log]"), "line 400 of the log");
    PageFaults.requireNone(browser, "log");
  }

  private static double fromEnd() {
    return ((Number)
            browser.script(
                "const log = document.querySelector('[data-part=log]');"
                    + "return log.scrollHeight - log.scrollTop - log.clientHeight"))
        .doubleValue();
  }

  /** What a daemon that does not answer makes of a command stays until it is read. */
  @Test
  void anErrorIsSaidUntilItIsDismissed() {
    browser.open(page.address(), "#/run/running");
    browser.click("pause");

    browser.untilText(() -> browser.text("#answer.bad"), "Pause: ");
    assertThat(browser.find("#answer").getAriaRole()).isEqualTo("status");
    PageFaults.requireNone(browser, "error");
    browser.click("dismiss");
    browser.gone("dismiss");
  }

  @Test
  void nobodyIsAtWorkInARunThatHasEnded() {
    browser.open(page.address(), RUN + "company");

    browser.untilText(() -> browser.text("[data-part=no-company]"), "Nobody is at work");
    PageFaults.requireNone(browser, "company");
  }

  @Test
  void nothingThatWouldBeMarkupIs() {
    String run =
        browser
            .script("return encodeURIComponent(arguments[0])", RunFolders.HOSTILE_FOLDER)
            .toString();
    for (String tab : List.of("overview", "pictures", "checkpoints", "settings", "events", "log")) {
      browser.open(page.address(), "#/run/" + run + "/" + tab);
      browser.untilText(() -> browser.text("h1"), RunFolders.HOSTILE);
      browser.untilText(() -> browser.text("[data-part=state-text]"), RunFolders.HOSTILE);
      browser.find(".tab-body *");
      if (!tab.equals("overview") && !tab.equals("checkpoints")) {
        browser.untilText(() -> browser.text(".tab-body"), RunFolders.HOSTILE);
      }
      assertThat(browser.all("main img[src=x], main script")).as(tab).isEmpty();
      assertThat(browser.title()).doesNotStartWith("owned");
      PageFaults.requireNone(browser, tab);
    }
  }

  @Test
  void aRunThatIsNotThereIsSaidSo() {
    browser.open(page.address(), "#/run/nowhere");

    browser.untilText(() -> browser.text("[data-part=missing]"), "There is no such run");
    browser.click("all-runs");
    browser.part("runs");
    browser.requireQuiet(page.address(), "the server responded with a status of 404");
  }
}
