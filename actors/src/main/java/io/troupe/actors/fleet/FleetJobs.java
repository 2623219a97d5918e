package io.troupe.actors.fleet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import com.typesafe.config.Config;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.Work;
import io.troupe.actors.supervision.Supervision;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a node does for runs beside training: its own runs' jobs find a worker, others' are done.
 */
final class FleetJobs implements AutoCloseable {
  private final Optional<JobServer> server;

  private FleetJobs(Optional<JobServer> server) {
    this.server = server;
  }

  /**
   * Begins with it.
   *
   * @param roles of this node
   * @param works what nodes of each role do
   * @throws IOException if it cannot listen
   */
  static FleetJobs start(
      ActorSystem<?> system, List<String> roles, Map<JobKind, Supplier<Work>> works)
      throws IOException {
    Config settings = system.settings().config().getConfig("troupe.fleet.jobs");
    for (String role : roles) {
      Map<JobKind, Supplier<Work>> own = new EnumMap<>(JobKind.class);
      works.forEach(
          (kind, work) -> {
            if (kind.role().equals(role)) {
              own.put(kind, work);
            }
          });
      if (!own.isEmpty()) {
        system.systemActorOf(
            Supervision.resuming(JobWorker.create(own, settings.getDuration("silence"))),
            "worker-" + role,
            Props.empty());
      }
    }
    if (!roles.contains(FleetNode.TRAINER)) {
      return new FleetJobs(Optional.empty());
    }
    ActorRef<JobDesk.Command> desk =
        system.systemActorOf(
            Supervision.resuming(
                JobDesk.create(
                    new JobDesk.Patience(
                        settings.getDuration("silence"), settings.getDuration("standstill")))),
            "job-desk",
            Props.empty());
    return new FleetJobs(
        Optional.of(JobServer.start(desk, system, settings.getDuration("forgotten"))));
  }

  /** What the processes of runs need to know. */
  Map<String, String> environment() {
    return server.map(JobServer::environment).orElse(Map.of());
  }

  @Override
  public void close() {
    server.ifPresent(JobServer::close);
  }
}
