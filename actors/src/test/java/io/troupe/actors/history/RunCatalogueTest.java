package io.troupe.actors.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCatalogueTest {
  @TempDir private Path elsewhere;
  @TempDir Path folder;

  private static List<String> ids(RunCatalogue catalogue) throws Exception {
    return catalogue.runs().stream().map(RunHistory::id).toList();
  }

  private JournalFixture run(String path) {
    return new JournalFixture(folder.resolve(path)).settings();
  }

  @Test
  void runsAreFoundInFoldersOfFolders() throws Exception {
    run("b").write(folder.resolve("b/checkpoints/inner/config.conf"), "x");
    run("sweeps/lr/one");
    run("sweeps/lr/two").event("started", 0);
    run("a b");
    run("1/2/3/4/too-deep");
    run(".hidden");
    Files.createDirectories(folder.resolve("empty"));
    Files.writeString(folder.resolve("file"), "x");
    Files.createSymbolicLink(folder.resolve("sweeps/loop"), folder);
    Files.createSymbolicLink(folder.resolve("z"), folder.resolve("b"));

    RunCatalogue catalogue = RunCatalogue.below(folder);

    assertThat(ids(catalogue)).containsExactly("a b", "b", "sweeps~lr~one", "sweeps~lr~two");
    assertThat(catalogue.isComplete()).isTrue();
    assertThat(catalogue.find("sweeps~lr~two").orElseThrow().directory().root())
        .isEqualTo(folder.resolve("sweeps/lr/two"));
    assertThat(catalogue.find("..~" + folder.getFileName() + "~b")).isEmpty();
    assertThat(catalogue.find("sweeps/lr/two")).isEmpty();
    assertThat(catalogue.find("")).isEmpty();
  }

  @Test
  void aRunIsCalledByItsOwnPathHoweverManyLinksLeadToIt() throws Exception {
    Path run = Files.createDirectories(folder.resolve("sweeps/lr/one"));
    Files.createFile(run.resolve("events.jsonl"));
    Path away = Files.createDirectories(elsewhere.resolve("far"));
    Files.createFile(away.resolve("events.jsonl"));
    Files.createSymbolicLink(folder.resolve("far"), away);
    // A folder's entries come in any order, so there are links before and after the folder.
    for (int i = 0; i < 20; i++) {
      Files.createSymbolicLink(folder.resolve("loop" + i), folder);
      Files.createSymbolicLink(folder.resolve("near" + i), run.getParent());
      Files.createSymbolicLink(folder.resolve("run" + i), run);
    }

    assertThat(ids(RunCatalogue.below(folder))).containsExactly("far", "sweeps~lr~one");
  }

  @Test
  void aRunThatGoesIsNotFoundAnyMore() throws Exception {
    JournalFixture gone = run("gone");
    RunCatalogue catalogue = RunCatalogue.below(folder);
    RunHistory history = catalogue.find("gone").orElseThrow();
    Files.delete(gone.directory().config());
    Files.delete(folder.resolve("gone"));

    assertThat(history.summary().state()).isEqualTo(RunSummary.State.EMPTY);
    assertThat(history.curves(10, 0, 10).step()).isEmpty();
    assertThat(history.grids().grids()).isEmpty();
    assertThat(history.checkpoints().checkpoints()).isEmpty();
    assertThat(history.log(10).text()).isEmpty();
    assertThat(RunCatalogue.below(folder).find("gone")).isEmpty();
    assertThat(RunCatalogue.below(folder.resolve("nowhere")).runs()).isEmpty();
  }

  @Test
  void aRunThatHasJustBegunIsFoundAtOnceAndUnknownOnesAreLookedForAFewTimesASecond()
      throws Exception {
    AtomicLong now = new AtomicLong();
    run("a");
    RunCatalogue catalogue = RunCatalogue.below(folder, now::get, Runnable::run);
    assertThat(ids(catalogue)).containsExactly("a");

    run("b");
    assertThat(catalogue.find("b")).isPresent();

    run("c");
    assertThat(catalogue.find("c")).isEmpty();
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(250));
    assertThat(catalogue.find("c")).isPresent();
  }

  @Test
  void foldersWhoseIdsWouldBeEqualHaveTwo() throws Exception {
    run("a/b").event("started", 0);
    run("a~b");
    RunCatalogue catalogue = RunCatalogue.below(folder);

    assertThat(ids(catalogue)).containsExactly("a~b", "a~b~~2");
    assertThat(catalogue.find("a~b").orElseThrow().directory().root())
        .isEqualTo(folder.resolve("a/b"));
  }

  @Test
  void aFolderThatIsARunIsTheOnlyOne() throws Exception {
    run("cats");
    assertThat(ids(RunCatalogue.below(folder.resolve("cats")))).containsExactly("cats");
  }

  @Test
  void manyRunsAreListedAndTheirJournalsKeptWithinBounds() throws Exception {
    IntStream.range(0, 400)
        .forEach(
            i -> new JournalFixture(folder.resolve("run-" + i)).event("started", 0).step(10, i));
    RunCatalogue catalogue = RunCatalogue.below(folder);

    assertThat(catalogue.runs()).hasSize(400);
    for (RunHistory history : catalogue.runs()) {
      assertThat(history.summary().step()).isEqualTo(10);
    }
    assertThat(catalogue.journals()).isBetween(1, 256);
  }

  @Test
  void aLongJournalIsTakenFromItsEndUntilAllOfItHasBeenRead() throws Exception {
    JournalFixture run = run("a").event("started", 0).scores(1, Map.of("fd_cifar", 5.0));
    IntStream.rangeClosed(1, 2000).forEach(step -> run.after(1).step(step, 1));
    run.scores(2000, Map.of("fd_cifar", 7.0));
    run("short").event("started", 0).step(3, 1);
    List<Runnable> later = new ArrayList<>();
    RunCatalogue catalogue = RunCatalogue.below(folder, System::nanoTime, later::add);
    RunHistory history = catalogue.find("a").orElseThrow();

    RunSummary first = history.glance(Optional.empty());
    assertThat(history.glance(Optional.empty()).journalRead()).isFalse();

    assertThat(first.journalRead()).isFalse();
    assertThat(first.state()).isEqualTo(RunSummary.State.GONE);
    assertThat(first.step()).isEqualTo(2000);
    assertThat(first.imagesPerSecond()).hasValue(128);
    assertThat(first.updatedAt()).contains(run.now());
    assertThat(first.score()).isEmpty();
    assertThat(first.startedAt()).isEmpty();
    assertThat(catalogue.find("short").orElseThrow().glance(Optional.empty()).journalRead())
        .isTrue();
    assertThat(later).hasSize(1);

    later.get(0).run();

    RunSummary read = history.glance(Optional.empty());
    assertThat(read).isEqualTo(history.summary());
    assertThat(read.journalRead()).isTrue();
    assertThat(read.score().orElseThrow().best().orElseThrow().value()).isEqualTo(5);
    assertThat(read.elapsedSeconds()).isEqualTo(2000);
    run.after(1).event("stopped", 2000);
    assertThat(history.glance(Optional.empty()).state()).isEqualTo(RunSummary.State.FINISHED);
    assertThat(later).hasSize(1);
  }

  @Test
  void journalsThatNobodyAsksForAreLetGo() throws Exception {
    JournalCache cache = new JournalCache(1);
    for (String name : List.of("a", "b", "c")) {
      JournalFixture run = run(name).event("started", 0).step(10, 1);
      assertThat(cache.ask(run.directory().events(), Journal::events)).isEqualTo(2);
      assertThat(cache.size()).isEqualTo(1);
    }
  }
}
