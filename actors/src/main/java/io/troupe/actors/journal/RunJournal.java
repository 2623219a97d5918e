package io.troupe.actors.journal;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunEvent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes events.jsonl: one JSON object a line, each complete in the file before the next. Events
 * that cannot be written, e.g. on a full disk, are kept in memory and tried again without end; of
 * more than {@link #MAX_WAITING} the oldest are dropped, and an event {@code journal-gap} says how
 * many. Runs on a dispatcher for blocking work.
 */
public final class RunJournal extends AbstractBehavior<RunJournal.Command> {
  /** What a journal hears. */
  public sealed interface Command {}

  /** Writes an event. */
  public record Write(JournalEvent event) implements Command {}

  /** Tells a plotter to read the file, when all events before this are in it. */
  public record Show(ActorRef<Plotter.Command> plotter) implements Command {}

  /**
   * Asks for an answer when all events before this are in the file, as far as it can be written.
   */
  public record Flush(ActorRef<Flushed> replyTo) implements Command {}

  /** All events that the journal was told before are in the file, as far as it can be written. */
  public enum Flushed {
    INSTANCE
  }

  private enum Retry implements Command {
    INSTANCE
  }

  /** What a journal says. */
  public sealed interface Event {}

  /**
   * The file cannot be written.
   *
   * @param waiting events that are kept in memory
   * @param lost events that were dropped since the last time it said so
   */
  public record Failing(String reason, int waiting, long lost) implements Event {}

  /** All that waited is in the file. */
  public record CaughtUp(int waited, long lost) implements Event {}

  /** Events that are kept in memory at most. */
  public static final int MAX_WAITING = 1000;

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Line(long step, String text) {
    byte[] bytes() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private final TimerScheduler<Command> timers;
  private final Path path;
  private final Duration firstPause;
  private final ActorRef<Event> listener;
  private final Deque<Line> waiting = new ArrayDeque<>();
  private Optional<RandomAccessFile> file = Optional.empty();
  private Duration pause;
  private boolean failing;
  private long gap;
  private long untold;

  private RunJournal(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Path path,
      Duration firstPause,
      ActorRef<Event> listener) {
    super(context);
    this.timers = timers;
    this.path = path;
    this.firstPause = firstPause;
    this.listener = listener;
    pause = firstPause;
  }

  /**
   * A journal that goes on where the file ends; a last line that a crash cut short is removed.
   *
   * @param firstPause before the first new attempt; it doubles with each further one, up to a
   *     minute
   */
  public static Behavior<Command> create(Path path, Duration firstPause, ActorRef<Event> listener) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new RunJournal(context, timers, path, firstPause, listener)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Write.class, this::onWrite)
        .onMessage(Show.class, this::onShow)
        .onMessage(Flush.class, this::onFlush)
        .onMessageEquals(Retry.INSTANCE, this::writeWaiting)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onWrite(Write message) throws JsonProcessingException {
    Line line = line(message.event());
    if (waiting.size() == MAX_WAITING) {
      waiting.removeFirst();
      gap++;
      untold++;
    }
    waiting.addLast(line);
    return failing ? this : writeWaiting();
  }

  private static Line line(JournalEvent event) throws JsonProcessingException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", event.time().toString());
    line.put("event", event.event().label());
    line.put("step", event.step());
    line.putAll(event.details());
    return new Line(event.step(), JSON.writeValueAsString(line) + "\n");
  }

  private Behavior<Command> writeWaiting() {
    int waited = waiting.size();
    try {
      RandomAccessFile open = open();
      if (gap > 0) {
        Map<String, Object> details = Map.of("lost", gap);
        open.write(
            line(new JournalEvent(
                    Instant.now(), RunEvent.JOURNAL_GAP, waiting.getFirst().step(), details))
                .bytes());
        gap = 0;
      }
      while (!waiting.isEmpty()) {
        open.write(waiting.getFirst().bytes());
        waiting.removeFirst();
      }
      if (failing) {
        failing = false;
        pause = firstPause;
        listener.tell(new CaughtUp(waited, untold));
        untold = 0;
      }
    } catch (IOException e) {
      onFailure(e);
    }
    return this;
  }

  private void onFailure(IOException failure) {
    if (!failing) {
      getContext().getLog().warn("cannot write {}; trying again", path, failure);
    }
    failing = true;
    close();
    listener.tell(new Failing(failure.toString(), waiting.size(), untold));
    untold = 0;
    timers.startSingleTimer(Retry.INSTANCE, pause);
    Duration next = pause.multipliedBy(2);
    pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
  }

  /** The file, opened anew after a failure, or if somebody has removed it. */
  private RandomAccessFile open() throws IOException {
    if (file.isPresent() && !Files.exists(path)) {
      close();
    }
    if (file.isEmpty()) {
      file = Optional.of(new RandomAccessFile(path.toFile(), "rw"));
      toEnd(file.get());
    }
    return file.get();
  }

  /** Behind the last complete line; what a crash or a full disk left of another is removed. */
  private static void toEnd(RandomAccessFile file) throws IOException {
    long length = file.length();
    long end = length;
    while (end > 0) {
      file.seek(end - 1);
      if (file.read() == '\n') {
        break;
      }
      end--;
    }
    if (end < length) {
      file.setLength(end);
    }
    file.seek(end);
  }

  private Behavior<Command> onShow(Show message) {
    message.plotter().tell(Plotter.Command.REDRAW);
    return this;
  }

  private Behavior<Command> onFlush(Flush message) {
    if (failing) {
      writeWaiting();
    }
    message.replyTo().tell(Flushed.INSTANCE);
    return this;
  }

  private Behavior<Command> onPostStop() {
    if (failing) {
      writeWaiting();
    }
    if (!waiting.isEmpty() || gap > 0) {
      getContext().getLog().error("{} lacks {} events", path, waiting.size() + gap);
    }
    close();
    return this;
  }

  private void close() {
    try {
      if (file.isPresent()) {
        file.get().close();
      }
    } catch (IOException e) {
      getContext().getLog().warn("cannot close {}", path, e);
    }
    file = Optional.empty();
  }
}
