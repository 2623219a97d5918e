package io.troupe.actors.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.studio.Studio;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.WebElement;

/** A fleet above the list of runs, in a browser. */
@Tag("browser")
class FleetPageTest {
  private static final Path PICTURES =
      Path.of(System.getProperty("troupe.screenshots", "target/screenshots"));

  /** As a node answers. */
  private static final String FLEET =
      """
      {"nodes": [
        {"name": "10.0.0.1:25520", "roles": ["trainer", "evaluator", "data"], "slots": 2, "used": 2,
         "url": "http://10.0.0.1:8086", "reachable": true, "heard_at": "2026-01-31T12:00:00Z"},
        {"name": "10.0.0.2:25520", "roles": ["trainer"], "slots": 2, "used": 1,
         "url": "http://10.0.0.2:8086", "reachable": false, "heard_at": "2026-01-31T12:00:00Z"},
        {"name": "10.0.0.3:25520", "roles": ["data"], "slots": 1, "used": 0,
         "url": "http://10.0.0.3:8086", "reachable": true, "heard_at": "2026-01-31T12:00:00Z"}],
       "runs": [
        {"name": "later", "state": "QUEUED", "priority": 0, "node": null, "message": ""},
        {"name": "rates-1", "state": "FINISHED", "priority": 0, "node": "10.0.0.1:25520", "message": ""},
        {"name": "rates-2", "state": "PLACED", "priority": 0, "node": "10.0.0.1:25520", "message": ""},
        {"name": "urgent", "state": "QUEUED", "priority": 5, "node": null,
         "message": "the node 10.0.0.4:25520 was lost"},
        {"name": "<b>odd</b>", "state": "STOPPING", "priority": -1, "node": "10.0.0.2:25520", "message": ""}],
       "sweeps": [
        {"name": "rates", "keys": ["seed", "training.batch"], "runs": 2, "over": 1, "tabled": false},
        {"name": "done", "keys": ["seed"], "runs": 1, "over": 1, "tabled": true}]}
      """;

  @TempDir static Path folder;

  private static RunFolders runs;
  private static Browser browser;
  private static Studio studio;

  @BeforeAll
  static void start() throws Exception {
    browser = Browser.shared();
    runs = RunFolders.write(folder);
    studio =
        Studio.start(
            new RunSettings.Control("127.0.0.1", 0, Optional.empty()),
            Optional.empty(),
            folder,
            new Jobs(Optional.empty()),
            Optional.of(
                routes ->
                    routes.get(
                        "/api/v1/fleet",
                        ctx -> ctx.result(FLEET).contentType("application/json"))));
  }

  @AfterAll
  static void end() throws Exception {
    if (studio != null) {
      studio.close();
      runs.close();
    }
  }

  private static void open() {
    browser.look(1400, 900, "light");
    browser.open(studio.address(), "#/");
    browser.until("the fleet", () -> !browser.all("[data-part=fleet-nodes] tbody tr").isEmpty());
  }

  @Test
  void nodesQueueAndSweepsAreShown() {
    open();
    assertThat(browser.text("[data-part=fleet-line]"))
        .isEqualTo("3 nodes; 3 of 4 slots taken; 2 runs in the queue");
    assertThat(browser.all("[data-part=fleet-nodes] tbody tr").stream().map(WebElement::getText))
        .containsExactly(
            "10.0.0.1:25520 2 of 2 trainer, evaluator, data there",
            "10.0.0.2:25520 1 of 2 trainer cannot be reached",
            "10.0.0.3:25520 \u2013 data there");
    assertThat(browser.all("[data-part=fleet-runs] tbody th").stream().map(WebElement::getText))
        .as("those with a slot, then the queue")
        .containsExactly("rates-2", "<b>odd</b>", "urgent", "later");
    assertThat(browser.text("[data-part=fleet-sweeps]"))
        .contains("rates", "1 of 2 runs over; seed, training.batch", "done", "1 of 1 run over");
    browser.requireQuiet(studio.address());
  }

  @Test
  void onAPhoneThereIsNoHeadOfANoteThatIsEmpty() {
    open();
    browser.look(390, 844, "light");
    browser.drawn();
    assertThat(browser.all("[data-part=fleet-runs] td[data-label=Note]"))
        .as("of rates-2, odd, urgent, later")
        .extracting(WebElement::isDisplayed)
        .containsExactly(false, false, true, false);
  }

  @ParameterizedTest
  @CsvSource({"1400,light", "1400,dark", "390,light", "390,dark"})
  void itLooksRight(int width, String theme) {
    open();
    browser.look(width, width > 800 ? 900 : 844, theme);
    browser.drawn();
    PageFaults.requireNone(browser, "fleet at %d, %s".formatted(width, theme));
    browser.picture(PICTURES.resolve("fleet-%d-%s.png".formatted(width, theme)), true);
    browser.requireQuiet(studio.address());
  }
}
