package io.troupe.actors.fleet;

import akka.Done;
import akka.actor.AddressFromURIString;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.Join;
import akka.cluster.typed.JoinSeedNodes;
import akka.cluster.typed.SingletonActor;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.http.ServerStartException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.Work;
import io.troupe.actors.run.Lookout;
import io.troupe.actors.run.TimerPulse;
import io.troupe.actors.studio.Studio;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member of a fleet, from {@link #start} until it has left. */
public final class FleetNode {
  /** The role of nodes that train runs. */
  public static final String TRAINER = "trainer";

  /** What a node may do. */
  public static final Set<String> ROLES = Set.of(TRAINER, "evaluator", "data");

  static final String SYSTEM = "troupe-fleet";
  private static final Logger LOG = LoggerFactory.getLogger(FleetNode.class);
  private static final Duration HAND_ON = Duration.ofSeconds(5);
  private static final Duration TIMER_PAUSE = Duration.ofSeconds(10);

  /** How the process of a node without timers ends; EX_TEMPFAIL of sysexits.h. */
  private static final int NO_TIMERS = 75;

  /**
   * What a node is.
   *
   * @param host where it listens, for the other nodes and for HTTP
   * @param port for the other nodes
   * @param seeds nodes to join, HOST:PORT; without any the node is a fleet of its own
   * @param roles of {@link #ROLES}
   * @param slots how many runs it trains at a time
   * @param folder that all nodes see, for runs and the state of the fleet
   * @param program the command line that commands of this program follow
   * @param tls certificates, if connections between nodes are encrypted
   */
  public record Settings(
      String host,
      int port,
      List<String> seeds,
      List<String> roles,
      int slots,
      Path folder,
      List<String> program,
      Optional<FleetTls> tls) {}

  private final ActorSystem<Void> system;
  private final Studio studio;
  private final Children children;
  private final FleetJobs jobs;
  private final AtomicReference<Optional<FolderLock>> lock;
  private final CompletableFuture<Done> member = new CompletableFuture<>();
  private final AtomicReference<String> failure = new AtomicReference<>();

  private FleetNode(
      ActorSystem<Void> system,
      Studio studio,
      Children children,
      FleetJobs jobs,
      Optional<FolderLock> lock) {
    this.system = system;
    this.studio = studio;
    this.children = children;
    this.jobs = jobs;
    this.lock = new AtomicReference<>(lock);
  }

  /** Why a node cannot start. */
  public static final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    StartException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Starts a node and lets it join its fleet.
   *
   * @param control where its page is and who may ask
   * @param tables writes sweeps' tables
   * @param works what nodes of the roles evaluator and data do for runs
   * @throws StartException if it cannot listen, or another fleet has the folder; says what to do
   */
  public static FleetNode start(
      Settings settings,
      RunSettings.Control control,
      Optional<String> token,
      SweepTables tables,
      Jobs jobs,
      Map<JobKind, Supplier<Work>> works)
      throws StartException {
    if (settings.tls().isPresent()) {
      try {
        settings.tls().get().require(Instant.now());
      } catch (ServerStartException e) {
        throw new StartException(e.getMessage(), e);
      }
    }
    FleetFolder folder = new FleetFolder(settings.folder());
    Optional<FolderLock> lock =
        settings.seeds().isEmpty() ? Optional.of(FolderLock.hold(folder, true)) : Optional.empty();
    ActorSystem<Void> system;
    try {
      system = ActorSystem.create(Behaviors.empty(), SYSTEM, config(settings));
    } catch (RuntimeException e) {
      lock.ifPresent(FolderLock::close);
      throw new StartException(reason(settings, e), e);
    }
    FleetJobs fleetJobs;
    try {
      fleetJobs = FleetJobs.start(system, settings.roles(), works);
    } catch (IOException e) {
      system.terminate();
      lock.ifPresent(FolderLock::close);
      throw new StartException("the node cannot listen on 127.0.0.1: " + IoReason.of(e), e);
    }
    Children children = new Children(settings.program(), fleetJobs.environment());
    AtomicReference<FleetNode> made = new AtomicReference<>();
    ActorRef<Dispatcher.Command> dispatcher =
        dispatcher(system, settings, tables, reason -> made.get().fail(reason));
    RunShards.begin(
        system, new RunEntity.Place(folder, new Members(system).self(), children, dispatcher));
    FleetRoutes routes = new FleetRoutes(dispatcher, system.scheduler(), folder);
    Studio studio;
    try {
      studio = Studio.start(control, token, folder.runs(), jobs, Optional.of(routes::addTo));
    } catch (ServerStartException e) {
      fleetJobs.close();
      system.terminate();
      lock.ifPresent(FolderLock::close);
      throw new StartException(e.getMessage(), e);
    }
    FleetNode node = new FleetNode(system, studio, children, fleetJobs, lock);
    made.set(node);
    CoordinatedShutdown.get(Adapter.toClassic(system))
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(),
            "runs-elsewhere",
            () -> handRunsOn(system, dispatcher));
    system.systemActorOf(
        NodeReporter.create(dispatcher, settings, studio.address()), "reporter", Props.empty());
    watchTimers(system);
    node.join(settings.seeds(), folder);
    return node;
  }

  /** A node whose timers have stopped is none: its end frees its runs, which others take over. */
  private static void watchTimers(ActorSystem<?> system) {
    TimerPulse pulse = TimerPulse.of(system);
    Lookout lookout =
        new Lookout(
            "troupe-node-timers",
            TIMER_PAUSE,
            () -> {
              if (pulse.isDead()) {
                LOG.error("timers have stopped; ending the process with exit code {}", NO_TIMERS);
                Runtime.getRuntime().halt(NO_TIMERS);
              }
            });
    system.getWhenTerminated().thenRun(lookout::close);
    lookout.start();
  }

  /** Before sharding waits until nobody has messages for this node's runs any more. */
  private static CompletionStage<Done> handRunsOn(
      ActorSystem<?> system, ActorRef<Dispatcher.Command> dispatcher) {
    String name = new Members(system).self();
    return AskPattern.<Dispatcher.Command, Dispatcher.Answer>ask(
            dispatcher,
            replyTo -> new Dispatcher.NodeLeaves(name, replyTo),
            HAND_ON,
            system.scheduler())
        .handle((answer, late) -> Done.getInstance());
  }

  private static Config config(Settings settings) {
    Map<String, Object> values =
        Map.of(
            "akka.remote.artery.canonical.hostname",
            settings.host(),
            "akka.remote.artery.canonical.port",
            settings.port(),
            "akka.cluster.roles",
            settings.roles());
    Config tls = settings.tls().map(FleetTls::config).orElse(ConfigFactory.empty());
    // What is given as properties of the JVM wins, so that tests can be quick.
    return ConfigFactory.systemProperties()
        .withFallback(ConfigFactory.parseMap(values))
        .withFallback(tls)
        .withFallback(ConfigFactory.parseResources("fleet.conf"))
        .withFallback(ConfigFactory.load());
  }

  private static String reason(Settings settings, RuntimeException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof BindException
        ? "cannot listen on %s:%s: %s; --port chooses another port, --host another address of this machine"
            .formatted(settings.host(), Integer.toString(settings.port()), root.getMessage())
        : "the node cannot start: " + root.getMessage();
  }

  private static ActorRef<Dispatcher.Command> dispatcher(
      ActorSystem<?> system, Settings settings, SweepTables tables, Consumer<String> onOvertaken) {
    Behavior<Dispatcher.Command> behavior =
        Behaviors.supervise(
                Dispatcher.create(
                    new FleetFolder(settings.folder()),
                    tables,
                    () ->
                        onOvertaken.accept(
                            "other nodes decide for this folder now, as they took this one for lost; its runs go on there: start it again with --seed-node, when it reaches them")))
            .onFailure(
                SupervisorStrategy.restartWithBackoff(
                    Duration.ofSeconds(1), Duration.ofSeconds(30), 0.1));
    return ClusterSingleton.get(system)
        .init(
            SingletonActor.of(behavior, "dispatcher")
                .withProps(DispatcherSelector.fromConfig("troupe.pinned-dispatcher")));
  }

  private void join(List<String> seeds, FleetFolder folder) {
    Cluster cluster = Cluster.get(system);
    // Not in an actor: it takes a lock on a file.
    akka.cluster.Cluster.get(Adapter.toClassic(system))
        .registerOnMemberUp(() -> new Thread(() -> joined(folder), "troupe-joined").start());
    if (seeds.isEmpty()) {
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
    } else {
      cluster
          .manager()
          .tell(
              new JoinSeedNodes(
                  seeds.stream()
                      .map(seed -> "akka://%s@%s".formatted(SYSTEM, seed))
                      .map(AddressFromURIString::parse)
                      .toList()));
    }
  }

  /** One that joins others holds the folder once it has: nodes may start in any order. */
  private void joined(FleetFolder folder) {
    try {
      if (lock.get().isEmpty()) {
        lock.set(Optional.of(FolderLock.hold(folder, false)));
      }
      member.complete(Done.getInstance());
    } catch (StartException e) {
      fail(e.getMessage());
    }
  }

  /**
   * Waits until it has joined.
   *
   * @return false if it ended before
   */
  public boolean awaitMember() {
    CompletableFuture.anyOf(member, system.getWhenTerminated().toCompletableFuture()).join();
    return member.isDone();
  }

  private void fail(String reason) {
    failure.compareAndSet(null, reason);
    leave();
  }

  /** HOST:PORT, what other nodes know it by. */
  public String name() {
    return new Members(system).self();
  }

  /** Where its page is. */
  public URI address() {
    return studio.address();
  }

  /** How many runs' processes it has. */
  public int processes() {
    return children.living();
  }

  /** Leaves the fleet: its runs end with a checkpoint and go on elsewhere. */
  public void leave() {
    CoordinatedShutdown.get(Adapter.toClassic(system))
        .runAll(CoordinatedShutdown.clusterLeavingReason());
  }

  /**
   * Waits until it has left, or was removed, and its runs' processes have ended.
   *
   * @return why it was removed, if nobody wanted it to leave
   */
  public Optional<String> await() {
    CompletableFuture<Done> ended = system.getWhenTerminated().toCompletableFuture();
    ended.join();
    studio.close();
    children.await();
    jobs.close();
    lock.get().ifPresent(FolderLock::close);
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(Adapter.toClassic(system));
    Optional<CoordinatedShutdown.Reason> reason = shutdown.getShutdownReason();
    if (reason.filter(CoordinatedShutdown.clusterDowningReason()::equals).isPresent()) {
      failure.compareAndSet(
          null,
          "the other nodes could not be reached, and they are the majority: this node's runs go on there; start it again when it reaches them");
    } else if (reason
        .filter(CoordinatedShutdown.clusterJoinUnsuccessfulReason()::equals)
        .isPresent()) {
      failure.compareAndSet(
          null,
          "no seed node let this node join: none is up, or they do not believe each other's certificates (--tls, of the same authority for all); the log says more");
    }
    return Optional.ofNullable(failure.get());
  }
}
