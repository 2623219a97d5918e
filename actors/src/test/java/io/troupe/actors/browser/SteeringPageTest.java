package io.troupe.actors.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.TinyRun;
import io.troupe.actors.control.AnsweringDaemon;
import io.troupe.actors.daemon.TrainingRun;
import io.troupe.actors.history.JournalFixture;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** A run that lives is steered from the page, in a browser; and what is made of checkpoints. */
@Tag("browser")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SteeringPageTest {
  @TempDir static Path folder;

  private static PageFixture page;
  private static Browser browser;
  private static TrainingRun run;

  @BeforeAll
  static void start() throws Exception {
    page = PageFixture.start(folder);
    browser = page.browser();
    run =
        TrainingRun.start(
            TinyRun.settings("training.steps=100000000", "journal.every=50"),
            page.runs().folder().resolve("live"));
  }

  @AfterAll
  static void end() throws Exception {
    if (run != null) {
      run.stop().toCompletableFuture().get(2, TimeUnit.MINUTES);
      run.await();
    }
    if (page != null) {
      page.close();
    }
  }

  @AfterEach
  void nothingIsWrong() {
    browser.requireQuiet(
        page.address(),
        "the server responded with a status of 400",
        "the server responded with a status of 409");
  }

  private static void open(String tab) {
    browser.open(page.address(), "#/run/live/" + tab);
    browser.untilText(() -> browser.text("h1"), "live");
  }

  private static void untilState(String state) {
    browser.untilText(() -> browser.text("section.head [data-part=state]"), state);
  }

  @Test
  @Order(1)
  void aRunIsPausedAndGoesOn() throws Exception {
    open("overview");
    untilState("running");
    browser.untilText(() -> browser.text("section.head"), "images/s");
    assertThat(browser.text("section.head")).contains("Left", "Done at", "It is training.");

    browser.click("pause");
    browser.answer("paused");
    untilState("paused");
    assertThat(browser.shows("pause")).isFalse();
    long step = run.status().toCompletableFuture().get().step();
    browser.untilText(() -> browser.text("section.head"), "It is paused after step " + step);
    PageFaults.requireNone(browser, "paused");
    browser.click("resume");
    browser.answer("running");
    untilState("running");
    browser.until("a later step", () -> run.status().toCompletableFuture().join().step() > step);
    browser.click("pause");
    browser.answer("paused");
    untilState("paused");
  }

  @Test
  @Order(2)
  void whatWasAskedForIsMade() {
    open("pictures");
    browser.untilText(() -> browser.text("[data-part=grids]"), "still to come");

    browser.click("sample");
    PageFaults.requireNone(browser, "sample dialog");
    browser.press(Keys.ESCAPE);
    browser.gone("sample-dialog");
    assertThat(browser.focused().getAttribute("data-part")).isEqualTo("sample");
    browser.press(Keys.ENTER);
    browser.click("sample-dialog-yes");
    browser.answer("Grid written");
    browser.untilText(() -> browser.part("grid").getAttribute("alt"), "Sample grid of step");

    browser.click("sample");
    browser.choose("sample-class", "1");
    browser.type("sample-count", "3");
    browser.type("sample-truncation", "0.5");
    browser.type("sample-seed", "11");
    browser.click("sample-dialog-yes");
    browser.gone("sample-dialog");
    browser.untilText(() -> browser.text("[data-part=requested]"), "truncation 0.5, seed 11");
    assertThat(browser.text("[data-part=requested]")).contains("3 pictures of ");
    PageFaults.requireNone(browser, "pictures of a living run");

    open("checkpoints");
    browser.click("checkpoint");
    browser.answer("Checkpoint written");
    browser.find("tr[data-part=checkpoint]");
    browser.go("#/run/live/scores");
    browser.click("evaluate");
    browser.answer("Evaluation asked for");
    browser.untilText(() -> browser.text("main"), "lower is better");
    PageFaults.requireNone(browser, "scores of a living run");
  }

  @Test
  @Order(3)
  void aSettingIsChangedInItsPlace() throws Exception {
    open("settings");
    String setting = "[data-setting='sampling.every'] ";

    browser.clickOn(setting + "[data-part=setting-edit]");
    browser.press(Keys.ESCAPE);
    browser.gone("setting-value");
    assertThat(browser.focused().getAttribute("aria-label")).isEqualTo("Change sampling.every");
    browser.press(Keys.ENTER);
    browser.type("setting-value", "-1");
    browser.click("setting-save");
    browser.untilText(() -> browser.text(setting + "[data-part=setting-wrong]"), "sampling.every");
    PageFaults.requireNone(browser, "wrong setting");
    browser.click("setting-cancel");
    browser.clickOn(setting + "[data-part=setting-edit]");
    browser.type("setting-value", "777" + Keys.ENTER);
    browser.answer("Settings changed");
    browser.untilText(() -> browser.text("[data-part=changes]"), "sampling.every");
    browser.untilText(() -> browser.text(setting), "777");
    assertThat(run.status().toCompletableFuture().get().failure()).isEmpty();
    assertThat(Files.readString(page.runs().folder().resolve("live/config.conf")))
        .contains("sampling.every = 777");
  }

  @Test
  @Order(3)
  void aSettingThatChangesResultsHoldsFromAStep() throws Exception {
    open("settings");
    String setting = "[data-setting='training.generator.learning-rate'] ";
    browser.untilText(() -> browser.text(setting), "changes from the next step on");

    browser.clickOn(setting + "[data-part=setting-edit]");
    browser.type("setting-value", "0.000125" + Keys.ENTER);
    long next = run.status().toCompletableFuture().get().step() + 1;
    browser.untilText(
        () -> browser.text(setting + "[data-part=setting-answer]"), "from step " + next);
    browser.untilText(() -> browser.text(setting), "holds from step");
    browser.untilText(
        () -> browser.text("[data-part=changes]"), "training.generator.learning-rate");
    SettingsHistory history =
        SettingsLoader.loadHistory(page.runs().folder().resolve("live/config.conf"));
    assertThat(history.newest().training().generator().learningRate()).isEqualTo(0.000125);
    assertThat(history.nextAfter(next - 1)).hasValue(next);
  }

  @Test
  @Order(4)
  void itIsSeenWhoIsAtWork() {
    open("company");

    browser.untilText(() -> browser.text("[data-part=actors]"), "trainer");
    assertThat(browser.text("[data-part=leases]")).isNotBlank();
    browser.untilText(() -> browser.text("[data-part=memory-card]"), "Heap");
    PageFaults.requireNone(browser, "company");
  }

  @Test
  @Order(5)
  void aRunIsStoppedAfterAQuestionAndStartedAgain() throws Exception {
    open("overview");

    browser.click("stop");
    PageFaults.requireNone(browser, "stop dialog");
    assertThat(browser.focused().getAttribute("data-part")).isEqualTo("stop-dialog-no");
    browser.press(Keys.ESCAPE);
    browser.gone("stop-dialog");
    untilState("paused");
    browser.click("stop");
    browser.click("stop-dialog-no");
    browser.gone("stop-dialog");
    browser.click("stop");
    browser.click("stop-dialog-yes");
    run.await();
    untilState("stopped");
    browser.click("start");
    browser.answer("Made by start");
    assertThat(page.asked()).contains("start --run-dir=").contains("/live");
  }

  @Test
  @Order(6)
  void checkpointsAreSampledExportedAndBranched() throws Exception {
    browser.open(page.address(), "#/run/sweeps~finished/checkpoints");
    browser.until("three", () -> browser.all("tr[data-part=checkpoint]").size() == 3);
    assertThat(browser.text("tr[data-part=checkpoint][data-step='200']"))
        .contains("best", "2.93", "FID", "20.00");
    PageFaults.requireNone(browser, "checkpoints");

    String newest = "tr[data-part=checkpoint][data-step='400'] ";
    browser.clickOn(newest + "[data-part=checkpoint-sample]");
    browser.choose("sample-class", "2");
    browser.type("sample-count", "9");
    PageFaults.requireNone(browser, "dialog of a checkpoint");
    browser.click("checkpoint-sample-yes");
    browser.answer("9 pictures");
    browser.untilText(() -> browser.text("[data-part=jobs]"), "made by sample");
    browser.untilText(() -> browser.text("[data-part=job] .chip"), "done");
    assertThat(browser.part("job-file").getAttribute("href")).contains("/pictures/step-000000400");

    browser.clickOn(newest + "[data-part=checkpoint-export]");
    browser.choose("export-format", "npz");
    browser.click("checkpoint-export-yes");
    browser.answer("npz");
    browser.untilText(() -> browser.text("[data-part=jobs]"), "made by export");

    browser.clickOn(newest + "[data-part=checkpoint-branch]");
    browser.type("branch-name", "../elsewhere");
    browser.click("checkpoint-branch-yes");
    browser.untilText(
        () -> browser.text("[data-part=checkpoint-branch-wrong]"), "allowed: the name of a new");
    browser.type("branch-name", "refused");
    browser.type("branch-settings", "no equals sign");
    browser.click("checkpoint-branch-yes");
    browser.untilText(
        () -> browser.text("[data-part=checkpoint-branch-wrong]"), "write KEY=VALUE, one a line");
    browser.type("branch-settings", "training.generator.learning-rate=1e-4");
    browser.click("checkpoint-branch-yes");
    browser.untilText(() -> browser.text("[data-part=jobs]"), "it is complete");
    browser.clickOn(newest + "[data-part=checkpoint-branch]");
    browser.type("branch-name", "branched");
    browser.click("checkpoint-branch-yes");
    browser.untilText(() -> browser.text("[data-part=jobs]"), "new run branched from step 400");
    browser.until("four jobs", () -> browser.all("[data-part=job]").size() == 4);
    browser.until(
        "all ended", () -> browser.all("[data-part=job] .chip[data-state=starting]").isEmpty());
    assertThat(page.asked())
        .contains("--class=2", "--count=9", "--format=npz", "--from=", "/sweeps/branched")
        .doesNotContain("elsewhere");
    PageFaults.requireNone(browser, "jobs");
  }

  /** A daemon of the test's own: it evaluates for ever, and a helper of it fails. */
  @Test
  @Order(7)
  void anEvaluationIsCancelledAndAFailingHelperIsTold() throws Exception {
    RunDirectory evaluating =
        new JournalFixture(page.runs().folder().resolve("evaluating"))
            .settings()
            .event("started", 0)
            .directory();
    String status =
        "{\"state\":\"running\",\"step\":41,\"steps\":100,\"evaluation_share\":0.4,"
            + "\"troubles\":[{\"helper\":\"sampler\",\"since\":\"2026-01-02T03:04:05Z\","
            + "\"failures\":3,\"cause\":\"No space left on device\"}]}";
    String answer = "{\"step\":41,\"message\":\"evaluation cancelled\"}";
    try (AnsweringDaemon daemon =
        new AnsweringDaemon(evaluating, request -> request.endsWith("/status") ? status : answer)) {
      browser.open(page.address(), "#/run/evaluating/scores");

      browser.untilText(() -> browser.text("[data-part=troubles]"), "The sampler fails since");
      assertThat(browser.text("[data-part=troubles]"))
          .contains("(3 times): No space left on device. Training goes on.");
      browser.untilText(() -> browser.text("section.head"), "40\u202f%");
      assertThat(browser.shows("evaluate")).isFalse();
      PageFaults.requireNone(browser, "an evaluation and a failing helper");
      browser.click("evaluate-cancel");
      browser.answer("Evaluation cancelled");
      assertThat(daemon.heard()).contains("POST /api/v1/evaluate?cancel=true");
      browser.open(page.address(), "#/run/sweeps~finished");
      browser.untilText(() -> browser.text("h1"), "finished");
    }
  }

  /** A daemon's own server shows the same page, at its run. */
  @Test
  @Order(0)
  void aDaemonsOwnPageOpensAtItsRun() {
    browser.open(run.address(), "");

    browser.untilText(() -> browser.text("h1"), "live");
    assertThat(browser.address()).endsWith("#/run/live");
    untilState("running");
    browser.requireQuiet(run.address());
  }
}
