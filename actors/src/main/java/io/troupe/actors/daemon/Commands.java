package io.troupe.actors.daemon;

import akka.actor.typed.ActorRef;
import io.troupe.actors.evaluation.Evaluator;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.run.PictureOrder;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunState;
import io.troupe.actors.sampling.Sampler;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the daemon does when somebody gives the run a command. Belongs to the daemon and runs in its
 * thread.
 */
final class Commands {
  /** That wait for the sampler at a time. */
  private static final int MAX_PICTURE_ORDERS = 4;

  private final DaemonParts parts;
  private final HelperEvents helpers;
  private final Dispatch<RunCommand> reactions;

  Commands(DaemonParts parts, HelperEvents helpers, SettingsRequests changes, RunEnd end) {
    this.parts = parts;
    this.helpers = helpers;
    reactions =
        Dispatch.of(RunCommand.class)
            .on(RunCommand.GetStatus.class, this::onGetStatus)
            .on(RunCommand.Pause.class, unlessUnderWay(this::onPause))
            .on(RunCommand.Resume.class, unlessUnderWay(this::onResume))
            .on(RunCommand.Evaluate.class, unlessUnderWay(this::onEvaluate))
            .on(RunCommand.CancelEvaluation.class, unlessUnderWay(this::onCancelEvaluation))
            .on(RunCommand.Checkpoint.class, unlessUnderWay(this::onCheckpoint))
            .on(RunCommand.Sample.class, unlessUnderWay(this::onSample))
            .on(RunCommand.Stop.class, unlessUnderWay(end::onStop))
            .on(RunCommand.ChangeSettings.class, unlessUnderWay(changes::onChangeSettings))
            .complete();
  }

  /** A command has come. */
  void hear(RunCommand command) {
    reactions.hear(command);
  }

  /** Between two segments nobody is there to do what is asked: it is done afterwards. */
  private <T extends RunCommand.Asked> Consumer<T> unlessUnderWay(Consumer<T> reaction) {
    return message -> {
      if (parts.segments().underWay()) {
        parts.segments().await(message, parts.progress().step());
      } else {
        reaction.accept(message);
      }
    };
  }

  private void onGetStatus(RunCommand.GetStatus message) {
    message.replyTo().tell(parts.progress().status(parts.runContext().compiler().memory()));
  }

  private void onPause(RunCommand.Pause message) {
    order("pause", message.replyTo(), PendingAnswers.Event.PAUSED, Trainer.Order.PAUSE);
  }

  private void onResume(RunCommand.Resume message) {
    order("resume", message.replyTo(), PendingAnswers.Event.RESUMED, Trainer.Order.RESUME);
  }

  private void onCheckpoint(RunCommand.Checkpoint message) {
    order("checkpoint", message.replyTo(), PendingAnswers.Event.SAVED, Trainer.Order.SAVE);
  }

  private void order(
      String name, ActorRef<RunAnswer> replyTo, PendingAnswers.Event awaited, Trainer.Order order) {
    if (ready(name, replyTo)) {
      await(awaited, replyTo);
      parts.loop().actors().orElseThrow().trainer().tell(order);
    }
  }

  private void await(PendingAnswers.Event event, ActorRef<RunAnswer> replyTo) {
    parts.pending().add(event, parts.progress().step(), replyTo);
  }

  private void onEvaluate(RunCommand.Evaluate message) {
    if (ready("evaluate", message.replyTo())
        && granted(parts.runContext().noScores(), message.replyTo())
        && granted(helpers.cannotEvaluate(), message.replyTo())) {
      parts.members().evaluator().tell(Evaluator.Order.EVALUATE);
      if (message.untilDone()) {
        await(PendingAnswers.Event.EVALUATED, message.replyTo());
      } else {
        message.replyTo().tell(parts.done("evaluation asked for", Map.of()));
      }
    }
  }

  private void onCancelEvaluation(RunCommand.CancelEvaluation message) {
    if (ready("cancel-evaluation", message.replyTo())) {
      parts.members().evaluator().tell(Evaluator.Order.CANCEL);
      parts
          .pending()
          .refuse(PendingAnswers.Event.EVALUATED, parts.refused("the evaluation was cancelled"));
      message.replyTo().tell(parts.done("evaluation cancelled", Map.of()));
    }
  }

  private void onSample(RunCommand.Sample message) {
    if (!ready("sample", message.replyTo())
        || !granted(helpers.cannotSample(), message.replyTo())) {
      return;
    }
    if (message.order().isPresent()) {
      order(message.order().get(), message.replyTo());
    } else {
      await(PendingAnswers.Event.GRID_WRITTEN, message.replyTo());
      parts.members().sampler().tell(Sampler.Order.SAMPLE);
    }
  }

  private void order(PictureOrder order, ActorRef<RunAnswer> replyTo) {
    if (parts.pending().count(PendingAnswers.Event.PICTURES_WRITTEN) >= MAX_PICTURE_ORDERS) {
      replyTo.tell(parts.refused("other pictures are being made; ask again when they are done"));
      return;
    }
    try {
      Sampler.Pictures wanted =
          Sampler.Pictures.of(
              order,
              parts.progress().settings(),
              parts.runContext().dataset().classNames(),
              replyTo);
      await(PendingAnswers.Event.PICTURES_WRITTEN, replyTo);
      parts.members().sampler().tell(wanted);
    } catch (IllegalArgumentException e) {
      replyTo.tell(parts.invalid(e.getMessage()));
    }
  }

  /** Whether commands for the company can be given; if not, says so. */
  private boolean ready(String command, ActorRef<RunAnswer> replyTo) {
    parts.recorder().event(RunEvent.COMMAND, Map.of("command", command));
    RunState state = parts.progress().state();
    if (state == RunState.RUNNING || state == RunState.PAUSED) {
      return true;
    }
    replyTo.tell(parts.refused("the run is " + state.label()));
    return false;
  }

  /** Whether nothing speaks against a command; else says so. */
  private boolean granted(Optional<String> obstacle, ActorRef<RunAnswer> replyTo) {
    obstacle.ifPresent(reason -> replyTo.tell(parts.refused(reason)));
    return obstacle.isEmpty();
  }
}
