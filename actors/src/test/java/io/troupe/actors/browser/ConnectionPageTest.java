package io.troupe.actors.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page without its server, with a token, by keyboard and in both themes, in a browser. */
@Tag("browser")
class ConnectionPageTest {
  private static final String REFUSED = "net::ERR_";
  private static final String UNAUTHORIZED = "the server responded with a status of 401";

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

  @Test
  void whatIsShownStaysWithoutTheServerUntilItIsBack() throws Exception {
    browser.open(page.address(), "#/run/gone");
    browser.untilText(() -> browser.text("h1"), "gone");
    browser.requireQuiet(page.address());

    page.closeServer();
    browser.untilText(() -> browser.text("#offline"), "The server does not answer.");
    assertThat(browser.text("#offline")).contains("No answer since", "tries again by itself");
    assertThat(browser.find("#offline").getAriaRole()).isEqualTo("alert");
    assertThat(browser.text("h1")).isEqualTo("gone");
    PageFaults.requireNone(browser, "offline");
    assertThat(browser.shows("try-now")).isTrue();
    page.restart(Optional.empty());
    tryNow();
    browser.gone("offline");
    browser.requireQuiet(page.address(), REFUSED);
  }

  /** By a script: the page may have tried by itself since, and then the button is hidden. */
  private void tryNow() {
    browser.script("document.querySelector(\"[data-part='try-now']\").click()");
  }

  /** It takes requests and says nothing, as one that is stopped in the middle. */
  @Test
  void aServerThatSaysNothingDoesNotAnswer() throws Exception {
    browser.open(page.address(), "#/run/gone");
    browser.untilText(() -> browser.text("h1"), "gone");
    browser.script(
        "const wait = window.setTimeout;"
            + "window.setTimeout = (then, millis) => wait(then, millis === 30000 ? 300 : millis)");

    page.closeServer();
    try (ServerSocket silent =
        new ServerSocket(page.address().getPort(), 50, InetAddress.getLoopbackAddress())) {
      assertThat(silent.isBound()).isTrue();
      browser.untilText(() -> browser.text("#offline"), "The server does not answer.");
      browser.click("try-now");
      browser.untilText(() -> browser.text("#offline"), "tries again by itself");
    }
    page.restart(Optional.empty());
    tryNow();
    browser.gone("offline");
    browser.open(page.address(), "#/");
    browser.requireQuiet(page.address(), REFUSED, "net::ERR_");
  }

  @Test
  void aTokenIsAskedForInWords() throws Exception {
    browser.open(page.address(), "#/run/gone");
    browser.untilText(() -> browser.text("h1"), "gone");

    page.restart(Optional.of("secret"));
    browser.untilText(() -> browser.text("#offline"), "The server asks for its token.");
    assertThat(browser.text("#offline")).contains("TROUPE_CONTROL_TOKEN", "Enter the token");
    PageFaults.requireNone(browser, "token");
    browser.token("secret");
    browser.click("try-now");
    browser.gone("offline");
    browser.untilText(() -> browser.text("h1"), "gone");
    browser.token("");
    page.restart(Optional.empty());
    browser.requireQuiet(page.address(), REFUSED, UNAUTHORIZED);
  }

  @Test
  void theThemeIsTheSystemsUntilSomebodyChooses() {
    browser.look(1400, 900, "dark");
    browser.open(page.address(), "#/");
    browser.part("runs");
    assertThat(theme()).isEqualTo("dark");
    browser.look(1400, 900, "light");
    browser.until("light", () -> theme().equals("light"));
    for (List<String> step :
        List.of(
            List.of("Theme: light", "light"),
            List.of("Theme: dark", "dark"),
            List.of("Theme: system", "light"))) {
      browser.click("theme");
      assertThat(browser.text("#theme")).isEqualTo(step.get(0));
      assertThat(theme()).isEqualTo(step.get(1));
    }
    browser.click("theme");
    browser.click("theme");
    browser.script("location.reload()");
    browser.untilText(() -> browser.text("#theme"), "Theme: dark");
    assertThat(theme()).isEqualTo("dark");
    browser.open(page.address(), "#/");
    browser.requireQuiet(page.address());
  }

  private static String theme() {
    return browser.script("return document.documentElement.dataset.theme").toString();
  }

  /** Whoever has no mouse sees where they are, and gets everywhere. */
  @Test
  void everythingIsReachedByKeyboardAndSeenToHaveTheFocus() {
    openPictures();
    List<?> wanted =
        (List<?>)
            browser.script(
                "return [...document.querySelectorAll('a[href], button, input, select, textarea')]"
                    + ".filter(e => e.checkVisibility() && !e.disabled && e.tabIndex >= 0)"
                    + ".map(e => e.dataset.part)");
    assertThat(wanted.size()).isGreaterThan(20);
    browser.press(Keys.TAB);
    assertThat(browser.focused().getAttribute("data-part")).isEqualTo("skip");
    assertThat(browser.focused().getRect().x).isPositive();
    browser.press(Keys.ENTER);
    assertThat(browser.focused().getAttribute("id")).isEqualTo("main");

    openPictures();
    for (Object part : wanted) {
      browser.press(Keys.TAB);
      // Places that scroll have the focus too.
      for (int i = 0; i < 3 && browser.focused().getAttribute("data-part") == null; i++) {
        browser.press(Keys.TAB);
      }
      assertThat(browser.focused().getAttribute("data-part")).isEqualTo(part);
      assertThat(browser.focused().getCssValue("outline-style"))
          .as(part.toString())
          .isNotEqualTo("none");
      assertThat(browser.focused().getCssValue("outline-width"))
          .as(part.toString())
          .isNotEqualTo("0px");
    }
    browser.requireQuiet(page.address());
  }

  /** At the newest grid, behind which there is no next one to go to. */
  private void openPictures() {
    browser.open(page.address(), "#/run/sweeps~finished/pictures");
    browser.part("class-names");
    browser.untilText(
        () -> browser.part("slider").getAttribute("aria-valuetext"), "step 400, 10 of 10");
  }
}
