package io.troupe.actors.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Grids, pictures and plots of a run that has ended, in a browser. */
@Tag("browser")
class PicturesPageTest {
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
    browser.requireQuiet(page.address());
  }

  @Test
  void gridsOfAllStepsAreShownByKeyboardAndBesideEachOther() {
    browser.open(page.address(), "#/run/sweeps~finished/" + "pictures");
    WebElement slider = browser.part("slider");
    browser.untilText(() -> slider.getAttribute("aria-valuetext"), "step 400, 10 of 10");
    browser.untilText(() -> grid("grid"), "step-000000400.png");
    assertThat(browser.text("[data-part=class-names]")).contains("ring", RunFolders.HOSTILE);

    slider.sendKeys(Keys.HOME);
    browser.untilText(() -> grid("grid"), "step-000000040.png");
    assertThat(browser.part("slider-previous").isEnabled()).isFalse();
    slider.sendKeys(Keys.ARROW_RIGHT);
    browser.untilText(() -> grid("grid"), "step-000000080.png");
    browser.click("slider-next");
    browser.untilText(() -> grid("grid"), "step-000000120.png");
    browser.click("slider-previous");
    browser.untilText(() -> grid("grid"), "step-000000080.png");
    browser.click("slider-play");
    browser.untilText(() -> slider.getAttribute("aria-valuetext"), "step 400");
    browser.untilText(() -> browser.part("slider-play").getText(), "Play");

    browser.choose("picture-mode", "beside");
    browser.part("slider-before").sendKeys(Keys.HOME, Keys.ARROW_RIGHT);
    browser.untilText(() -> beside("Before"), "step-000000080.png");
    browser.untilText(() -> beside("After"), "step-000000400.png");
    PageFaults.requireNone(browser, "side by side");
    browser.choose("picture-mode", "divider");
    browser.untilText(() -> grid("grid-before"), "step-000000080.png");
    browser.part("divider").sendKeys(Keys.HOME);
    browser.untilText(() -> browser.part("grid-before").getCssValue("clip-path"), "100%");
    WebElement stage = browser.part("enlarge-grid");
    int quarter = stage.getSize().width / 4;
    browser
        .mouse()
        .moveToElement(stage)
        .clickAndHold()
        .moveByOffset(quarter, 0)
        .release()
        .perform();
    browser.untilText(() -> browser.part("grid-before").getCssValue("clip-path"), "25%");
    assertThat(browser.part("divider").getAttribute("value")).isEqualTo("75");
    browser.gone("viewer");
    browser.choose("picture-mode", "one");
    browser.click("enlarge-grid");
    browser.part("viewer");
    browser.press(Keys.ESCAPE);
    browser.gone("viewer");

    assertThat(browser.text("[data-part=requested]")).contains("6 pictures of disc", "step 400");
    browser.click("enlarge-request");
    browser.click("viewer-close");
    assertThat(browser.text("[data-part=plots]")).contains("t-SNE", "loss");
    browser.click("enlarge-plot");
    browser.press(Keys.ESCAPE);
    browser.gone("viewer");
    PageFaults.requireNone(browser, "pictures");
  }

  private static String beside(String name) {
    return browser.find("figure[aria-label=" + name + "] [data-part=grid]").getAttribute("src");
  }

  private static String grid(String part) {
    return browser.part(part).getAttribute("src");
  }
}
