package io.troupe.actors.supervision;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.Signal;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.troupe.actors.run.Helper;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * What follows when an actor fails. Errors count as failures too, e.g. a StackOverflowError or an
 * OutOfMemoryError: Akka by itself takes them for the end of the process.
 */
public final class Supervision {
  /**
   * A helper failed; it goes on by itself.
   *
   * @param starting whether it could not start
   */
  public record Failure(Helper helper, String cause, boolean starting) {}

  /** An Error in an actor, as an exception that supervisors and parents handle. */
  static final class ActorErrorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ActorErrorException(Error cause) {
      super(describe(cause), cause);
    }
  }

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int LONGEST_CAUSE = 500;

  private Supervision() {}

  /** After a failure it starts again a while later, without end. */
  public static <T> Behavior<T> restarting(
      Helper helper, Behavior<T> behavior, ActorRef<Failure> listener) {
    return Behaviors.supervise(told(helper, behavior, listener))
        .onFailure(SupervisorStrategy.restartWithBackoff(FIRST_PAUSE, LONGEST_PAUSE, 0.1));
  }

  /** After a failure it goes on with the next message and the state that it has. */
  public static <T> Behavior<T> resuming(
      Helper helper, Behavior<T> behavior, ActorRef<Failure> listener) {
    return Behaviors.supervise(told(helper, behavior, listener))
        .onFailure(SupervisorStrategy.resume());
  }

  /** After a failure, which is only logged, it goes on with the next message. */
  public static <T> Behavior<T> resuming(Behavior<T> behavior) {
    return Behaviors.supervise(byExceptions(behavior)).onFailure(SupervisorStrategy.resume());
  }

  private static <T> Behavior<T> told(
      Helper helper, Behavior<T> behavior, ActorRef<Failure> listener) {
    return watched(
        behavior,
        (failure, starting) -> listener.tell(new Failure(helper, describe(failure), starting)));
  }

  /** It fails as before, but by exceptions only. */
  public static <T> Behavior<T> byExceptions(Behavior<T> behavior) {
    return watched(behavior, (failure, starting) -> {});
  }

  /**
   * It fails as before, but by exceptions only.
   *
   * @param listener gets each failure, and whether it kept the actor from starting
   */
  public static <T> Behavior<T> watched(
      Behavior<T> behavior, BiConsumer<Throwable, Boolean> listener) {
    return Behaviors.intercept(() -> new Watch<T>(listener), behavior);
  }

  /**
   * A failure in a line: the message, the kind where it is not one of ours, and the cause's message
   * where it says more.
   */
  public static String describe(Throwable failure) {
    String message = failure.getMessage();
    boolean ours = failure.getClass().getName().startsWith("io.troupe.") && message != null;
    String text = ours ? message : failure.toString();
    String cause = failure.getCause() == null ? null : failure.getCause().getMessage();
    if (cause != null && !text.contains(cause)) {
      text = text.lines().findFirst().orElse("") + ": " + cause;
    }
    String line = text.lines().findFirst().orElse("");
    return line.length() > LONGEST_CAUSE ? line.substring(0, LONGEST_CAUSE) + "..." : line;
  }

  private static final class Watch<T> extends BehaviorInterceptor<T, T> {
    private final BiConsumer<Throwable, Boolean> listener;

    @SuppressWarnings("unchecked") // Messages of all classes are let through.
    Watch(BiConsumer<Throwable, Boolean> listener) {
      super((Class<T>) Object.class);
      this.listener = listener;
    }

    @Override
    public Behavior<T> aroundStart(TypedActorContext<T> context, PreStartTarget<T> target) {
      return watched(() -> target.start(context), true);
    }

    @Override
    public Behavior<T> aroundReceive(
        TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
      return watched(() -> target.apply(context, message), false);
    }

    @Override
    public Behavior<T> aroundSignal(
        TypedActorContext<T> context, Signal signal, SignalTarget<T> target) {
      return watched(() -> target.apply(context, signal), false);
    }

    private Behavior<T> watched(Supplier<Behavior<T>> reaction, boolean starting) {
      try {
        return reaction.get();
      } catch (Throwable e) {
        throw failed(e, starting);
      }
    }

    private RuntimeException failed(Throwable failure, boolean starting) {
      if (failure instanceof OutOfMemoryError) {
        HeapSpace.await();
      }
      listener.accept(failure, starting);
      if (failure instanceof Error error) {
        return new ActorErrorException(error);
      }
      return Watch.<RuntimeException>unchecked(failure);
    }

    /** Behaviours written in Java may throw any exception, though Akka's methods declare none. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException unchecked(Throwable failure) throws E {
      throw (E) failure;
    }
  }
}
