package io.troupe.actors.daemon;

import io.troupe.actors.forensics.Evidence;
import io.troupe.actors.forensics.Forensics;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.supervision.Supervision;
import io.troupe.models.training.StepResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * What the daemon keeps of a training that goes wrong. Belongs to the daemon and runs in its
 * thread.
 */
final class ForensicEvents {
  private static final int MOST_STEPS = 200;

  private final DaemonParts parts;
  private final Deque<StepResult> steps = new ArrayDeque<>();
  private final Dispatch<Forensics.Event> reactions =
      Dispatch.of(Forensics.Event.class)
          .on(Forensics.Written.class, this::onWritten)
          .on(Forensics.WriteFailed.class, this::onWriteFailed)
          .complete();

  ForensicEvents(DaemonParts parts) {
    this.parts = parts;
  }

  /** A step is done. */
  void hear(StepResult result) {
    steps.addLast(result);
    if (steps.size() > MOST_STEPS) {
      steps.removeFirst();
    }
  }

  /** Training went wrong, its loop has ended, and its networks are still as they were then. */
  void keep(String reason) {
    try {
      Evidence evidence =
          Evidence.of(
              parts.progress().step(), reason, List.copyOf(steps), parts.runContext().training());
      parts.members().forensics().tell(new Forensics.Write(evidence));
    } catch (RuntimeException | Error e) {
      // Going back is worth more.
      parts.recorder().helpers().failing(Helper.FORENSICS, Supervision.describe(e), false);
    }
    steps.clear();
  }

  /** The writer said something. */
  void heard(Forensics.Event event) {
    reactions.hear(event);
  }

  private void onWritten(Forensics.Written written) {
    parts.recorder().helpers().works(Helper.FORENSICS);
    parts
        .recorder()
        .event(
            RunEvent.FORENSICS,
            Map.of("of_step", written.step(), "folder", written.folder().toString()));
  }

  private void onWriteFailed(Forensics.WriteFailed failed) {
    parts.recorder().helpers().failing(Helper.FORENSICS, failed.reason(), false);
  }
}
