package io.troupe.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes events.jsonl: one JSON object a line, each complete in the file before the next. Runs on a
 * dispatcher for blocking work.
 */
public final class RunJournal extends AbstractBehavior<RunJournal.Command> {
  /** What a journal hears. */
  public sealed interface Command {}

  /** Writes an event. */
  public record Write(JournalEvent event) implements Command {}

  /** Tells a plotter to read the file, when all events before this are in it. */
  public record Show(ActorRef<Plotter.Command> plotter) implements Command {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RandomAccessFile file;

  private RunJournal(ActorContext<Command> context, RandomAccessFile file) {
    super(context);
    this.file = file;
  }

  /** A journal that goes on where the file ends; a last line that a crash cut short is removed. */
  public static Behavior<Command> create(Path path) {
    return Behaviors.setup(context -> new RunJournal(context, open(path)));
  }

  private static RandomAccessFile open(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    long end = file.length();
    while (end > 0) {
      file.seek(end - 1);
      if (file.read() == '\n') {
        break;
      }
      end--;
    }
    file.setLength(end);
    file.seek(end);
    return file;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Write.class, this::onWrite)
        .onMessage(Show.class, this::onShow)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> onWrite(Write message) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", message.event().time().toString());
    line.put("event", message.event().event());
    line.put("step", message.event().step());
    line.putAll(message.event().details());
    file.write((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  private Behavior<Command> onShow(Show message) {
    message.plotter().tell(Plotter.Command.REDRAW);
    return this;
  }

  private Behavior<Command> onEnd() throws IOException {
    file.close();
    return this;
  }
}
