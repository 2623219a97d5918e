package io.troupe.actors.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.studio.Studio;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The list of runs and their comparison, in a browser. */
@Tag("browser")
class ListPageTest {
  @TempDir static Path folder;

  private static PageFixture page;
  private static Browser browser;
  private static URI url;

  @BeforeAll
  static void start() throws Exception {
    page = PageFixture.start(folder);
    browser = page.browser();
    url = page.address();
  }

  @AfterAll
  static void end() throws Exception {
    if (page != null) {
      page.close();
    }
  }

  @AfterEach
  void nothingIsWrong() {
    browser.requireQuiet(url, "the server responded with a status of 400");
  }

  private static List<String> names() {
    return browser.all("tbody[data-part=run] .name").stream().map(WebElement::getText).toList();
  }

  private static void untilNames(String... names) {
    browser.until("runs " + List.of(names), () -> names().equals(List.of(names)));
  }

  private static void openList() {
    browser.open(url, "#/");
    browser.until("all runs", () -> names().size() == RunFolders.COUNT);
  }

  private static String row(String run) {
    return "tbody[data-run='" + run + "']";
  }

  @Test
  void everyRunIsThereWithItsState() {
    openList();

    assertThat(browser.all("tbody[data-part=run]"))
        .extracting(row -> row.getAttribute("data-state"))
        .containsExactlyInAnyOrder(
            "finished",
            "stopped",
            "failed",
            "failed",
            "gone",
            "empty",
            "starting",
            "running",
            "paused",
            "stopping");
    assertThat(browser.text(row("sweeps~finished")))
        .contains("finished", "400 of 400", "100\u202f%", "FID ↓", "30.00", "best 20.00 at 200")
        .contains("demo", "sweeps/finished", "baseline", "The first of all.");
    assertThat(browser.text(row("failed"))).contains("the loss is NaN after 3 rollbacks");
    // The name is not said again as the path.
    assertThat(browser.text(row("failed") + " .path")).isEqualTo("demo");
    assertThat(browser.text(row("gone"))).contains("was killed (exit code 137)");
    assertThat(browser.text(row("empty"))).contains("0 of 1000", "no score yet");
    PageFaults.requireNone(browser, "list");
  }

  @Test
  void namesThatWouldBeMarkupAreTexts() {
    openList();

    browser.type("filter", "onerror");
    untilNames(RunFolders.HOSTILE);
    assertThat(browser.all("main img[src=x], main script")).isEmpty();
    browser.find("[data-part=open]").click();
    browser.untilText(() -> browser.text("h1"), RunFolders.HOSTILE);
    assertThat(browser.title()).startsWith(RunFolders.HOSTILE);
    assertThat(browser.all("main img[src=x], main script")).isEmpty();
  }

  @Test
  void runsAreSearchedFilteredAndSorted() {
    openList();

    browser.type("filter", "SWEEPS/");
    browser.choose("sort", "score");
    untilNames("finished", "stopped");
    browser.click("sort-score");
    untilNames("stopped", "finished");
    assertThat(browser.find("th[aria-sort]").getText()).isEqualTo("Score");
    assertThat(browser.find("th[aria-sort]").getAttribute("aria-sort")).isEqualTo("descending");
    for (String column : List.of("name", "state", "progress", "speed", "updated_at")) {
      browser.click("sort-" + column);
      assertThat(browser.part("sort").getAttribute("value")).isEqualTo(column);
    }
    browser.clickOn(row("sweeps~finished") + " button[data-key=baseline]");
    untilNames("finished");
    browser.choose("filter-state", "failed");
    browser.click("show-all");
    browser.until("all", () -> names().size() == RunFolders.COUNT);
    browser.choose("filter-state", "gone");
    untilNames("gone");
    browser.choose("filter-state", "");
    browser.choose("filter-tag", "sweep");
    browser.choose("sort", "name");
    untilNames("finished", "stopped");
    browser.choose("filter-tag", "");
  }

  @Test
  void aRunIsRenamedWithTagsAndNotesFromTheList() throws Exception {
    openList();

    browser.clickOn(row("empty") + " [data-part=edit]");
    browser.until(
        "the name has the focus",
        () -> "edit-name".equals(browser.focused().getAttribute("data-part")));
    browser.press(Keys.ESCAPE);
    browser.gone("editor");
    assertThat(browser.focused().getAttribute("data-part")).isEqualTo("edit");
    browser.press(Keys.ENTER);
    browser.type("edit-name", "x".repeat(60) + "</b>");
    browser.type("edit-tags", "later, , later, " + "y".repeat(60));
    browser.click("edit-save");
    browser.untilText(() -> browser.text("[data-part=editor] .wrong"), "at most 50");
    browser.type("edit-tags", "later, later");
    browser.type("edit-notes", "Nothing yet.\nSecond line");
    browser.click("edit-save");
    browser.gone("editor");
    browser.untilText(() -> browser.text(row("empty")), "x</b>");
    assertThat(browser.text(row("empty"))).contains("later", "Nothing yet.");
    assertThat(Files.readString(page.runs().folder().resolve("empty/notes.json")))
        .contains("</b>", "\"Nothing yet.\\nSecond line\"", "[ \"later\" ]");
  }

  @Test
  void runsAreCompared() {
    openList();

    assertThat(browser.part("compare").getAttribute("href")).isNull();
    browser.clickOn(row("sweeps~finished") + " [data-part=mark]");
    browser.clickOn(row("sweeps~stopped") + " [data-part=mark]");
    browser.untilText(() -> browser.part("compare").getText(), "Compare 2 runs");
    browser.click("compare");
    browser.untilText(() -> browser.text("h1"), "Compare");
    browser.untilText(() -> browser.text("[data-part=compared]"), "20.00 at step 200");
    browser.until("settings that differ", () -> browser.all("[data-part=difference]").size() > 1);
    assertThat(browser.text("[data-part=differences]")).contains("seed", "7", "8");
    browser.untilText(
        () -> browser.find("[data-part=plot-score-fid-fid] .plot-place").getAttribute("aria-label"),
        "finished: 3 values, now 30.00 at step 300, lowest 20.00");
    browser.click("log");
    browser.choose("x-axis", "images");
    browser.untilText(
        () -> browser.find("[data-part=plot-score-fid-fid] .plot-place").getAttribute("aria-label"),
        "at image ");
    WebElement slider = browser.part("slider");
    browser.untilText(() -> slider.getAttribute("aria-valuetext"), "step 400, 10 of 10");
    slider.sendKeys(Keys.HOME, Keys.ARROW_RIGHT);
    for (String run : List.of("sweeps~finished", "sweeps~stopped")) {
      String grid = ".stage-column[data-run='" + run + "'] [data-part=grid]";
      browser.untilText(() -> browser.find(grid).getAttribute("src"), "step-000000080.png");
      browser.until("drawn", () -> !browser.find(grid).getAttribute("naturalWidth").equals("0"));
    }
    PageFaults.requireNone(browser, "comparison");
  }

  @Test
  void aFolderWithoutRunsSaysHowToBeginOne() throws Exception {
    try (Studio empty =
        Studio.start(
            new RunSettings.Control("127.0.0.1", 0, Optional.empty()),
            Optional.empty(),
            folder.resolve("none"),
            new Jobs(Optional.empty()))) {
      browser.open(empty.address(), "#/");

      browser.untilText(() -> browser.text("[data-part=empty]"), "troupe start");
      assertThat(browser.text("[data-part=empty]")).contains(folder.resolve("none").toString());
      PageFaults.requireNone(browser, "no runs");
      browser.requireQuiet(empty.address());
      openList();
    }
  }
}
