package io.troupe.actors;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.javadsl.Behaviors;
import java.util.concurrent.CompletableFuture;

/** Actors whose failure a test wants to see. */
public final class Failures {
  private interface Nothing {}

  private Failures() {}

  /** A failure of a kind, to be thrown. */
  public static RuntimeException unchecked(Class<? extends Throwable> kind, String message) {
    try {
      return Failures.<RuntimeException>thrown(
          kind.getConstructor(String.class).newInstance(message));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException thrown(Throwable failure) throws E {
    throw (E) failure;
  }

  /** Spawns an actor; the future gets the cause if it fails. */
  public static <T> ActorRef<T> spawn(
      ActorTestKit kit, Behavior<T> behavior, CompletableFuture<Throwable> failure) {
    CompletableFuture<ActorRef<T>> child = new CompletableFuture<>();
    kit.spawn(
        Behaviors.<Nothing>setup(
            context -> {
              ActorRef<T> spawned = context.spawnAnonymous(behavior);
              context.watch(spawned);
              child.complete(spawned);
              return Behaviors.receive(Nothing.class)
                  .onSignal(
                      ChildFailed.class,
                      signal -> {
                        failure.complete(signal.getCause());
                        return Behaviors.stopped();
                      })
                  .build();
            }));
    return child.join();
  }
}
