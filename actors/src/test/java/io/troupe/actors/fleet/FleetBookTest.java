package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.fleet.FleetBook.Outcome;
import io.troupe.actors.fleet.FleetBook.RefusedException;
import io.troupe.actors.fleet.FleetRun.Phase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What follows for runs from what happens in their fleet. */
class FleetBookTest {
  private final FleetBook book = new FleetBook();

  private void submit(String name, int priority) throws RefusedException {
    Submission one = new Submission(name, "demo", List.of(), Map.of(), priority, Optional.empty());
    book.submit(one.runs(), one.sweep());
  }

  private FleetRun run(String name) {
    return book.find(name).orElseThrow();
  }

  @Test
  void theQueueIsInTheOrderOfPrioritiesAndThenOfArrival() throws RefusedException {
    submit("first", 0);
    submit("second", 0);
    submit("urgent", 5);
    assertThat(book.place(Map.of("a:1", 1))).isTrue();
    assertThat(run("urgent").phase()).isEqualTo(Phase.PLACED);
    assertThat(run("first").phase()).isEqualTo(Phase.QUEUED);

    book.prioritise("second", 9);
    assertThat(book.place(Map.of("a:1", 1))).as("no run loses its slot").isFalse();
    book.ended("urgent", 1, Outcome.COMPLETE, "");
    book.place(Map.of("a:1", 1));

    assertThat(run("urgent").phase()).isEqualTo(Phase.FINISHED);
    assertThat(run("second").phase()).isEqualTo(Phase.PLACED);
    assertThat(run("first").phase()).isEqualTo(Phase.QUEUED);
  }

  @Test
  void aLostNodesRunsKeepTheirPlaceInTheQueueAndGoOnElsewhere() throws RefusedException {
    submit("first", 0);
    book.place(Map.of("a:1", 1));
    submit("second", 0);

    assertThat(book.lost("a:1", "lost")).isTrue();
    assertThat(run("first").phase()).isEqualTo(Phase.QUEUED);
    book.place(Map.of("b:1", 1));

    assertThat(run("first").node()).contains("b:1");
    assertThat(run("first").epoch()).isEqualTo(2);
    assertThat(run("second").phase()).isEqualTo(Phase.QUEUED);
    assertThat(book.ended("first", 1, Outcome.COMPLETE, "")).as("of the lost node").isFalse();
    assertThat(run("first").phase()).isEqualTo(Phase.PLACED);
  }

  @Test
  void aRunThatIsStoppedKeepsItsSlotUntilItsProcessHasEnded() throws RefusedException {
    submit("one", 0);
    submit("two", 0);
    book.place(Map.of("a:1", 1));

    assertThat(book.stop("one")).containsExactly("one");
    assertThat(book.stop("two")).containsExactly("two");
    assertThat(run("one").phase()).isEqualTo(Phase.STOPPING);
    assertThat(run("two").phase()).isEqualTo(Phase.STOPPED);
    assertThat(book.used("a:1")).isOne();
    book.ended("one", 1, Outcome.STOPPED, "");

    assertThat(run("one").phase()).isEqualTo(Phase.STOPPED);
    assertThat(book.used("a:1")).isZero();
    assertThatThrownBy(() -> book.stop("one")).hasMessage("one has ended already");
    book.resume("one");
    assertThat(run("one").phase()).isEqualTo(Phase.QUEUED);
  }

  @Test
  void aRunThatNobodyStoppedIsQueuedAgain() throws RefusedException {
    submit("one", 0);
    book.place(Map.of("a:1", 1));
    book.ended("one", 1, Outcome.STOPPED, "its process ended at step 7");
    assertThat(run("one").phase()).isEqualTo(Phase.QUEUED);
    assertThat(run("one").message()).isEqualTo("its process ended at step 7");
  }

  @Test
  void aProcessThatCrashesIsBegunAgainThreeTimes() throws RefusedException {
    submit("one", 0);
    for (int epoch = 1; epoch <= 4; epoch++) {
      assertThat(run("one").phase()).isEqualTo(Phase.QUEUED);
      book.place(Map.of("a:1", 1));
      book.ended("one", epoch, Outcome.CRASHED, "exit code 134");
    }
    assertThat(run("one").phase()).isEqualTo(Phase.FAILED);
    assertThat(run("one").message()).isEqualTo("exit code 134; it was begun again 3 times already");
  }

  @Test
  void aMoveIsAPlacementOnTheOtherNode() throws RefusedException {
    Map<String, Integer> slots = Map.of("a:1", 1, "b:1", 1);
    submit("one", 0);
    submit("two", 0);
    book.place(Map.of("a:1", 1));

    book.move("one", "b:1", slots);
    assertThat(run("one").node()).contains("b:1");
    assertThat(run("one").epoch()).isEqualTo(2);
    book.place(slots);
    assertThat(run("two").node()).contains("a:1");

    assertThatThrownBy(() -> book.move("one", "a:1", slots)).hasMessage("no slot of a:1 is free");
    assertThatThrownBy(() -> book.move("one", "c:1", slots))
        .hasMessageStartingWith("there is no trainer node c:1; there are: ");
  }

  @Test
  void aNameIsTakenOnce() throws RefusedException {
    submit("one", 0);
    assertThatThrownBy(() -> submit("one", 0)).hasMessageContaining("choose another --name");
  }

  @Test
  void runsOfASweepThatAreNotAmongTheBestEndAtTheRung() throws RefusedException {
    Halving halving = new Halving(100, 2, "fd_cifar");
    Submission sweep =
        new Submission(
            "s",
            "demo",
            List.of(),
            Map.of("seed", List.of("1", "2", "3", "4")),
            0,
            Optional.of(halving));
    book.submit(sweep.runs(), sweep.sweep());
    book.place(Map.of("a:1", 4));

    assertThat(book.scored("s-1", 50, Map.of("fd_cifar", 1.0))).as("below the rung").isFalse();
    // One of one; then two of two, three and four there is one, one and two that go on.
    book.scored("s-1", 100, Map.of("fd_cifar", 30.0));
    book.scored("s-2", 100, Map.of("fd_cifar", 20.0));
    book.scored("s-3", 120, Map.of("fd_cifar", 25.0));
    book.scored("s-4", 100, Map.of("fd_cifar", 10.0));

    assertThat(book.runs().stream().map(FleetRun::phase))
        .containsExactly(Phase.PLACED, Phase.PLACED, Phase.DROPPING, Phase.PLACED);
    book.ended("s-3", 1, Outcome.STOPPED, "");
    assertThat(run("s-3").phase()).isEqualTo(Phase.DROPPED);
    assertThat(run("s-3").message())
        .isEqualTo("fd_cifar 25.0 at step 120 is not among the best of 3");
    // A rung of 200 steps.
    book.scored("s-2", 250, Map.of("fd_cifar", 9.0));
    book.scored("s-1", 210, Map.of("fd_cifar", 9.5));
    assertThat(run("s-2").phase()).isEqualTo(Phase.PLACED);
    assertThat(run("s-1").phase()).isEqualTo(Phase.DROPPING);
  }

  @Test
  void aSweepIsTabledOnceWhenAllItsRunsAreOver() throws RefusedException {
    Submission sweep =
        new Submission(
            "s", "demo", List.of(), Map.of("seed", List.of("1", "2")), 0, Optional.empty());
    book.submit(sweep.runs(), sweep.sweep());
    book.place(Map.of("a:1", 2));
    book.ended("s-1", 1, Outcome.COMPLETE, "");
    assertThat(book.untabled()).isEmpty();
    book.ended("s-2", 1, Outcome.FAILED, "no data");
    assertThat(book.untabled()).hasSize(1);
    book.tabled("s");
    assertThat(book.untabled()).isEmpty();
    assertThatThrownBy(() -> book.stop("s")).hasMessage("s has ended already");
  }
}
