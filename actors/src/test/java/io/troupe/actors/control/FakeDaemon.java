package io.troupe.actors.control;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.troupe.actors.run.DeviceMemory;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Status;
import io.troupe.actors.run.Trouble;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Answers as it is told to, and remembers what it heard. */
final class FakeDaemon {
  final BlockingQueue<RunCommand> heard = new LinkedBlockingQueue<>();
  volatile Status status = status(RunState.RUNNING, Instant.now(), Optional.empty());
  volatile RunAnswer answer = new RunAnswer.Done(7, "done", Map.of("file", "x.png"));

  volatile boolean isSilent;

  Behavior<RunCommand> behavior() {
    return Behaviors.receiveMessage(
        message -> {
          heard.add(message);
          if (!isSilent) {
            reply(message);
          }
          return Behaviors.same();
        });
  }

  private void reply(RunCommand message) {
    if (message instanceof RunCommand.GetStatus ask) {
      ask.replyTo().tell(status);
    } else if (message instanceof RunCommand.Asked ask) {
      ask.replyTo().tell(answer);
    }
  }

  static Status status(RunState state, Instant startedAt, Optional<Instant> lastStepAt) {
    return status(state, startedAt, lastStepAt, List.of());
  }

  static Status status(
      RunState state, Instant startedAt, Optional<Instant> lastStepAt, List<Trouble> troubles) {
    return status(state, startedAt, lastStepAt, Optional.empty(), troubles);
  }

  static Status status(
      RunState state,
      Instant startedAt,
      Optional<Instant> lastStepAt,
      Optional<Instant> resumedAt,
      List<Trouble> troubles) {
    return new Status(
        "1.2",
        4711,
        "demo",
        "mixed, native",
        "runs/demo",
        state,
        12,
        100,
        3,
        32,
        8,
        OptionalDouble.empty(),
        OptionalDouble.of(0.25),
        3,
        OptionalDouble.of(22),
        Optional.of(Instant.parse("2026-01-02T03:04:27Z")),
        OptionalDouble.of(1.5),
        OptionalDouble.of(Double.NaN),
        Map.of("fd_random", 4.25),
        OptionalLong.of(10),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        1,
        startedAt,
        lastStepAt,
        resumedAt,
        state == RunState.FAILED ? Optional.of("losses were not finite") : Optional.empty(),
        troubles,
        Optional.of(new DeviceMemory("cuda:1", OptionalLong.of(5), 4, 3, 2)));
  }
}
