package io.troupe.actors.daemon;

import akka.actor.typed.javadsl.ActorContext;
import io.troupe.actors.run.RunAnswer;
import java.util.Map;

/** What the daemon's reactions share. All of it runs in the daemon's thread. */
record DaemonParts(
    ActorContext<Daemon.Command> context,
    RunContext runContext,
    RunProgress progress,
    RunRecorder recorder,
    Members members,
    PendingAnswers pending,
    Segments segments,
    PresentLoop loop) {
  /** Whether it is known how the run ended. */
  boolean hasEnded() {
    return progress.hasEnded();
  }

  /** It was done. */
  RunAnswer.Done done(String message, Map<String, Object> details) {
    return new RunAnswer.Done(progress.step(), message, details);
  }

  /** It was not done. */
  RunAnswer.Refused refused(String reason) {
    return new RunAnswer.Refused(progress.step(), reason);
  }

  /** It cannot be done. */
  RunAnswer.Invalid invalid(String reason) {
    return new RunAnswer.Invalid(progress.step(), reason);
  }

  /** Evaluator and sampler get the snapshots of the present loop. */
  void follow() {
    loop.actors().ifPresent(present -> members.follow(present.emaKeeper(), progress.settings()));
  }

  /** A change that somebody asked for will not come. */
  void refuseChange(String reason) {
    segments.takeRequest().ifPresent(request -> request.replyTo().tell(refused(reason)));
  }

  /** What came while one segment followed another, or the run started, is heard now. */
  void goOnWithWaiting() {
    segments.over().forEach(command -> context.getSelf().tell(new Daemon.Heard(command)));
  }
}
