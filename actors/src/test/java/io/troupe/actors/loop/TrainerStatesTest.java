package io.troupe.actors.loop;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import io.troupe.models.training.TrainingState;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The states that a trainer sends to be saved, and that it hands over. */
@Tag("protocol")
class TrainerStatesTest extends TrainerRuns {
  @Test
  void sendsItsStateWhenItStops() {
    start(LIMITS);
    give(1);
    requireTrained(1);
    trainer.tell(Trainer.Order.STOP);
    listener.expectMessage(new Trainer.Stopped(1));
    EmaKeeper.Complete complete = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    assertThat(complete.checkpointer()).isEqualTo(checkpointer.getRef());
    TrainingState state = complete.state().value();
    assertThat(state.progress()).isEqualTo(new TrainingState.Progress(1, 1, 2, 0));
    assertThat(state.vectors().get("generator").array())
        .isEqualTo(training.generator().values().flat());
    give(2);
    trainer.tell(Trainer.Order.STOP);
    listener.expectNoMessage();
    assertThat(training.generator().adam().updates()).isEqualTo(1);
  }

  @Test
  void leavesOutARegularSaveWhileTheLastOneIsBeingWritten() {
    start(new Trainer.Configure(100, 1, 0, Trainer.Configure.NO_END));
    give(1);
    requireTrained(1);
    EmaKeeper.Complete first = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    give(2);
    requireTrained(2);
    listener.expectMessage(new Trainer.SaveSkipped(2));
    emaKeeper.expectNoMessage();
    first.state().close();
    give(3);
    requireTrained(3);
    EmaKeeper.Complete third = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    assertThat(third.state().value().progress().step()).isEqualTo(3);
  }

  @Test
  void savesAfterTheNextIterationOnCommand() {
    start(LIMITS);
    trainer.tell(Trainer.Order.SAVE);
    emaKeeper.expectNoMessage();
    give(1);
    requireTrained(1);
    EmaKeeper.Complete complete = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    assertThat(complete.state().value().progress().step()).isEqualTo(1);
    give(2);
    requireTrained(2);
    emaKeeper.expectNoMessage();
  }

  @Test
  void savesWhilePausedAsSoonAsThereIsABuffer() {
    start(LIMITS);
    trainer.tell(Trainer.Order.PAUSE);
    listener.expectMessage(new Trainer.Paused(0));
    trainer.tell(Trainer.Order.SAVE);
    EmaKeeper.Complete first = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    trainer.tell(Trainer.Order.SAVE);
    emaKeeper.expectNoMessage();
    time.expectNoMessageFor(Duration.ofSeconds(1), emaKeeper);
    first.state().close();
    time.timePasses(Duration.ofMillis(100));
    emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    time.expectNoMessageFor(Duration.ofSeconds(1), emaKeeper);
  }

  @Test
  void savesOnceThoughItGoesOnBeforeThereIsABuffer() {
    start(LIMITS);
    trainer.tell(Trainer.Order.PAUSE);
    listener.expectMessage(new Trainer.Paused(0));
    trainer.tell(Trainer.Order.SAVE);
    EmaKeeper.Complete first = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    trainer.tell(Trainer.Order.SAVE);
    trainer.tell(Trainer.Order.RESUME);
    listener.expectMessage(new Trainer.Resumed(0));
    first.state().close();
    give(1);
    requireTrained(1);
    emaKeeper.expectMessageClass(EmaKeeper.Complete.class).state().close();
    time.timePasses(Duration.ofSeconds(1));
    give(2);
    requireTrained(2);
    emaKeeper.expectNoMessage();
  }

  private EmaKeeper.HandOver requireHandedOver(Trainer.Standing standing) {
    EmaKeeper.HandOver message = emaKeeper.expectMessageClass(EmaKeeper.HandOver.class);
    assertThat(message.standing()).isEqualTo(standing);
    assertThat(message.listener()).isEqualTo(listener.getRef());
    assertThat(message.state().progress().step()).isEqualTo(standing.step());
    assertThat(message.state().vectors().get("generator").array())
        .isEqualTo(training.generator().values().flat());
    return message;
  }

  @Test
  void handsOverAfterTheLastStepOfASegmentAndDoesNothingMore() {
    start(new Trainer.Configure(100, 0, 0, 2));
    give(1);
    requireTrained(1);
    give(2);
    requireTrained(2);
    requireHandedOver(new Trainer.Standing(2, false, -1));
    give(3);
    trainer.tell(Trainer.Order.SAVE);
    trainer.tell(Trainer.Order.PAUSE);
    trainer.tell(Trainer.Order.STOP);
    listener.expectNoMessage();
    emaKeeper.expectNoMessage();
    assertThat(training.generator().adam().updates()).isEqualTo(2);
  }

  @Test
  void handsOverAtOnceWhilePausedAndAnotherGoesOnPaused() {
    start(LIMITS);
    give(1);
    requireTrained(1);
    trainer.tell(Trainer.Order.PAUSE);
    listener.expectMessage(new Trainer.Paused(1));
    give(2);
    trainer.tell(LIMITS.endingNow());
    requireHandedOver(new Trainer.Standing(1, true, -1));
    kit.stop(trainer);
    start(LIMITS, new Trainer.Standing(1, true, -1));
    give(2);
    listener.expectNoMessage();
    trainer.tell(Trainer.Order.RESUME);
    listener.expectMessage(new Trainer.Resumed(1));
    requireTrained(2);
  }

  /** The run has ended: what a change would be for is not there. */
  @Test
  void endsWithTheRunAndNotWithASegmentOfTheSameStep() {
    start(new Trainer.Configure(1, 0, 0, 1));
    give(1);
    requireTrained(1);
    listener.expectMessage(new Trainer.Stopped(1));
    emaKeeper.expectMessageClass(EmaKeeper.Complete.class).state().close();
    trainer.tell(new Trainer.Configure(1, 0, 0, 0));
    emaKeeper.expectNoMessage();
  }

  /** A state that was sent before the hand-over is of the same networks. */
  @Test
  void aStateSentBeforeTheHandOverCountsForADivergence() {
    start(LIMITS, new Trainer.Standing(3, true, 2));
    listener.expectNoMessage();
    TestProbe<Object> watcher = kit.createTestProbe();
    trainer.tell(new Trainer.Diverged(3, "of another life"));
    trainer.tell(Trainer.Order.PAUSE);
    listener.expectMessage(new Trainer.Paused(3));
    trainer.tell(new Trainer.Diverged(2, "not finite"));
    watcher.expectTerminated(trainer);
  }
}
