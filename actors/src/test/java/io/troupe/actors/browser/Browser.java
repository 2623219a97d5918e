package io.troupe.actors.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * Debian's Chromium without a window. Everything waits for what is to come, for as long as a slow
 * machine may take, and no longer than it takes.
 */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration GLANCE = Duration.ofMillis(40);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Browser shared;

  private final ChromeDriver driver;
  private final List<String> complaints = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * The one that all classes of tests share, which ends with this process: as if it had just been
   * started, with nothing open, asked or complained of. Skips the test where there is none.
   */
  static synchronized Browser shared() {
    if (shared == null) {
      shared = start();
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    shared.driver.get("about:blank");
    shared.token("");
    shared.look(1400, 900, "light");
    shared.collect();
    shared.complaints.clear();
    shared.requests.clear();
    return shared;
  }

  /** Starts one; skips the test with the reason where there is none. */
  static Browser start() {
    for (Path program : List.of(CHROMIUM, DRIVER)) {
      assumeTrue(
          Files.isExecutable(program),
          () -> "no " + program + "; apt-get install chromium chromium-driver");
    }
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--force-color-profile=srgb",
        "--lang=en-US");
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(new File(DRIVER.toString()))
            .usingAnyFreePort()
            .build();
    Browser browser = new Browser(new ChromeDriver(service, options));
    browser.look(1400, 900, "light");
    return browser;
  }

  /** Loads a page anew, as if nothing had ever been chosen in it. */
  void open(URI server, String fragment) {
    driver.get("about:blank");
    driver.get(server.resolve("/") + fragment);
    script("try { localStorage.clear() } catch (e) { }");
  }

  /** Goes to another fragment of the page that is open. */
  void go(String fragment) {
    script("location.hash = arguments[0]", fragment);
  }

  String address() {
    return driver.getCurrentUrl();
  }

  String title() {
    return driver.getTitle();
  }

  /** Sets the window's size, in CSS pixels, and the system's theme, light or dark. */
  void look(int width, int height, String theme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", theme),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  /** Answers every request for name and password with a token from now on. */
  void token(String token) {
    String basic =
        Base64.getEncoder().encodeToString(("any:" + token).getBytes(StandardCharsets.UTF_8));
    driver.executeCdpCommand("Network.enable", Map.of());
    driver.executeCdpCommand(
        "Network.setExtraHTTPHeaders",
        Map.of("headers", token.isEmpty() ? Map.of() : Map.of("Authorization", "Basic " + basic)));
  }

  Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Waits until what was changed is drawn. */
  void drawn() {
    driver.executeAsyncScript(
        "const done = arguments[0];"
            + "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))");
  }

  Map<String, Object> devtools(String command, Map<String, Object> parameters) {
    return driver.executeCdpCommand(command, parameters);
  }

  /** Waits until something holds; fails saying what did not. */
  void until(String what, BooleanSupplier holds) {
    WebDriverWait wait = new WebDriverWait(driver, PATIENCE);
    wait.pollingEvery(GLANCE)
        .ignoring(StaleElementReferenceException.class, NoSuchElementException.class);
    try {
      wait.until(now -> holds.getAsBoolean());
    } catch (TimeoutException e) {
      Object body = script("return document.body.innerText");
      collect();
      throw new AssertionError(
          "not so: %s; the page says:\n%s\n%s".formatted(what, body, complaints), e);
    }
  }

  /** Waits until a text has an excerpt. */
  void untilText(Supplier<String> text, String excerpt) {
    String[] last = {""};
    try {
      until(
          excerpt,
          () -> {
            last[0] = text.get();
            return last[0].contains(excerpt);
          });
    } catch (AssertionError e) {
      throw new AssertionError("\"%s\" expected, found: %s".formatted(excerpt, last[0]), e);
    }
  }

  /** A part of the page, by its data-part, when it is there and to be seen. */
  WebElement part(String name) {
    return find("[data-part='" + name + "']");
  }

  /** A part of the page within another. */
  WebElement part(String within, String name) {
    return find(within + " [data-part='" + name + "']");
  }

  /** The first element of a selector that is to be seen, when there is one. */
  WebElement find(String css) {
    WebElement[] found = new WebElement[1];
    until(
        css + " is to be seen",
        () -> {
          found[0] = all(css).stream().filter(WebElement::isDisplayed).findFirst().orElse(null);
          return found[0] != null;
        });
    return found[0];
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** Whether a part is to be seen now. */
  boolean shows(String name) {
    return all("[data-part='" + name + "']").stream().anyMatch(WebElement::isDisplayed);
  }

  /** Waits until a part is not to be seen. */
  void gone(String name) {
    until(name + " is gone", () -> !shows(name));
  }

  /** The text of an element of a selector, when there is one to be seen. */
  String text(String css) {
    return find(css).getText();
  }

  /** Clicks a part as soon as it can be clicked. */
  void click(String name) {
    clickOn("[data-part='" + name + "']");
  }

  /** Clicks an element as soon as it can be clicked. */
  void clickOn(String css) {
    until(
        css + " can be clicked",
        () -> {
          try {
            WebElement element = find(css);
            if (!element.isEnabled() || element.getAttribute("aria-disabled") != null) {
              return false;
            }
            element.click();
            return true;
          } catch (ElementNotInteractableException e) {
            return false;
          }
        });
  }

  /** Replaces what is typed in a field. */
  void type(String name, String text) {
    WebElement field = part(name);
    field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE);
    field.sendKeys(text);
  }

  /** Chooses an option of a select by its value. */
  void choose(String name, String value) {
    until(
        name + " has " + value,
        () -> !all("[data-part='%s'] option[value='%s']".formatted(name, value)).isEmpty());
    find("[data-part='%s'] option[value='%s']".formatted(name, value)).click();
  }

  /** Presses keys where the focus is. */
  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  WebElement focused() {
    return driver.switchTo().activeElement();
  }

  /** A finger goes sideways over an element; places are from its middle, in pixels. */
  void finger(WebElement element, int from, int to) {
    PointerInput finger = new PointerInput(PointerInput.Kind.TOUCH, "finger");
    PointerInput.Origin origin = PointerInput.Origin.fromElement(element);
    Sequence sequence = new Sequence(finger, 0);
    sequence.addAction(finger.createPointerMove(Duration.ZERO, origin, from, 0));
    sequence.addAction(finger.createPointerDown(0));
    for (int part = 1; part <= 4; part++) {
      sequence.addAction(
          finger.createPointerMove(
              Duration.ofMillis(20), origin, from + part * (to - from) / 4, 0));
    }
    sequence.addAction(finger.createPointerUp(0));
    driver.perform(List.of(sequence));
  }

  Actions mouse() {
    return new Actions(driver);
  }

  /** Waits for an answer in the live region that has an excerpt; it is dismissed then. */
  void answer(String excerpt) {
    untilText(
        () -> String.valueOf(script("return document.getElementById('answer').innerText")),
        excerpt);
    // It may go by itself before a slow mouse is there.
    script("document.querySelector('[data-part=dismiss]')?.click()");
  }

  /**
   * Fails if the console has complained, or anything was asked of another server, since the last
   * time.
   *
   * @param server the only one that may be asked
   * @param expected excerpts of complaints that are in order here, such as 409 where no daemon is
   */
  void requireQuiet(URI server, String... expected) {
    collect();
    List<String> wrong = new ArrayList<>(complaints);
    wrong.removeIf(line -> List.of(expected).stream().anyMatch(line::contains));
    List<String> elsewhere = new ArrayList<>(requests);
    elsewhere.removeIf(
        url ->
            url.startsWith(server.resolve("/").toString()) || url.matches("(data|blob|about):.*"));
    complaints.clear();
    requests.clear();
    assertThat(wrong).as("complaints of the console").isEmpty();
    assertThat(elsewhere).as("requests to others").isEmpty();
  }

  private void collect() {
    for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
      if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
        complaints.add(entry.getLevel() + " " + entry.getMessage());
      }
    }
    for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      JsonNode message = json(entry.getMessage()).path("message");
      if (message.path("method").asText().equals("Network.requestWillBeSent")) {
        requests.add(message.path("params").path("request").path("url").asText());
      }
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a picture of the whole page, or of the window alone. */
  void picture(Path file, boolean whole) {
    try {
      Files.createDirectories(file.getParent());
      Map<?, ?> answer =
          devtools(
              "Page.captureScreenshot", Map.of("captureBeyondViewport", whole, "format", "png"));
      Files.write(file, Base64.getDecoder().decode(answer.get("data").toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
