package io.troupe.actors.daemon;

import akka.actor.typed.ActorRef;
import io.troupe.actors.control.ControlServer;
import io.troupe.actors.journal.RunJournal;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunEvent;
import java.time.Instant;
import java.util.Map;

/** Writes events into the journal and to those who follow the run. */
final class EventWriter {
  private final RunProgress progress;
  private final ActorRef<RunJournal.Command> journal;
  private final ActorRef<ControlServer.Command> followers;

  EventWriter(
      RunProgress progress,
      ActorRef<RunJournal.Command> journal,
      ActorRef<ControlServer.Command> followers) {
    this.progress = progress;
    this.journal = journal;
    this.followers = followers;
  }

  /** Writes an event about a step. */
  void write(RunEvent kind, long step, Map<String, Object> details) {
    JournalEvent event = new JournalEvent(Instant.now(), kind, step, details);
    journal.tell(new RunJournal.Write(event));
    followers.tell(new ControlServer.Publish(event));
  }

  /** Writes an event about the present step. */
  void write(RunEvent kind, Map<String, Object> details) {
    write(kind, progress.step(), details);
  }
}
