package io.troupe.actors.fleet;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import io.troupe.actors.fleet.FleetBook.RefusedException;
import io.troupe.actors.fleet.FleetRun.Phase;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which run of a fleet trains where. There is one in the whole cluster, a cluster
 * singleton. What it decides is in {@link FleetStore} before anybody hears of it; every second it
 * tells each placed run's entity what is wanted of it, so a message that is lost does no harm.
 */
final class Dispatcher extends AbstractBehavior<Dispatcher.Command> {
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Rows of an {@link Overview}, so that it is far smaller than a frame. */
  static final int MOST_ROWS = 100;

  /** What a dispatcher hears. */
  sealed interface Command
      permits Order, Show, NodeReport, NodeLeaves, RunReport, WhereTo, WhereToAll, Tick {}

  /** Somebody wants to see the fleet, its runs from one on. */
  record Show(int from, ActorRef<Overview> replyTo) implements Command, FleetMessage {}

  /** A node tells of itself, every few seconds. */
  record NodeReport(String name, List<String> roles, int slots, String url)
      implements Command, FleetMessage {}

  /** A node is about to leave: its runs are to go on elsewhere, and it gets no others. */
  record NodeLeaves(String name, ActorRef<Answer> replyTo) implements Command, FleetMessage {}

  /**
   * A run's entity tells how it is, every second.
   *
   * @param outcome how its process ended, if it has
   * @param scores the newest of the score that stands for it, at {@code scoreStep}
   */
  record RunReport(
      String name,
      long epoch,
      Optional<FleetBook.Outcome> outcome,
      long step,
      long steps,
      OptionalLong scoreStep,
      Map<String, Double> scores,
      String message)
      implements Command, FleetMessage {}

  /** Sharding asks where a run's entity is to be. */
  record WhereTo(String run, ActorRef<Place> replyTo) implements Command, FleetMessage {}

  /** Sharding asks where all entities are to be. */
  record WhereToAll(ActorRef<Places> replyTo) implements Command, FleetMessage {}

  private enum Tick implements Command, NoSerializationVerificationNeeded {
    TICK
  }

  /**
   * An answer to a request.
   *
   * @param runs that it concerns
   */
  record Answer(boolean done, String message, List<String> runs) implements FleetMessage {}

  /** Where a run's entity is to be; empty if nowhere at present. */
  record Place(Optional<String> node) implements FleetMessage {}

  /** Where runs' entities are to be: nodes by the names of runs that have a slot. */
  record Places(Map<String, String> nodes) implements FleetMessage {}

  /**
   * The fleet.
   *
   * @param runs at most {@link #MOST_ROWS}
   * @param sweeps the newest, as many
   * @param total how many runs there are
   */
  record Overview(
      List<FleetView.Node> nodes,
      List<FleetView.Run> runs,
      int total,
      List<FleetView.SweepRow> sweeps)
      implements FleetMessage {}

  private final ActorContext<Command> context;
  private final FleetFolder folder;
  private final FleetStore store;
  private final FleetBook book;
  private final SweepTables tables;
  private final Members members;
  private final Runnable onOvertaken;
  private final KnownNodes nodes;

  private Dispatcher(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      FleetFolder folder,
      SweepTables tables,
      Runnable onOvertaken)
      throws IOException {
    super(context);
    this.context = context;
    this.folder = folder;
    this.tables = tables;
    this.onOvertaken = onOvertaken;
    members = new Members(context.getSystem());
    nodes = new KnownNodes(members);
    store = new FleetStore(folder);
    book = store.open();
    timers.startTimerWithFixedDelay(Tick.TICK, TICK);
  }

  /**
   * A dispatcher.
   *
   * @param onOvertaken is run if another dispatcher has the fleet's file
   */
  static Behavior<Command> create(FleetFolder folder, SweepTables tables, Runnable onOvertaken) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Dispatcher(context, timers, folder, tables, onOvertaken)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tick.class, tick -> tick())
        .onMessage(NodeReport.class, this::heard)
        .onMessage(NodeLeaves.class, this::leaves)
        .onMessage(RunReport.class, this::heard)
        .onMessage(Order.class, this::carryOut)
        .onMessage(Show.class, this::show)
        .onMessage(WhereTo.class, this::whereTo)
        .onMessage(WhereToAll.class, this::whereToAll)
        .build();
  }

  /** Changes the book, has it on disk, and answers. */
  private Behavior<Command> carryOut(Order order) throws IOException {
    List<String> runs;
    try {
      runs = order.carryOut(book, nodes.slots());
    } catch (RefusedException e) {
      order.replyTo().tell(new Answer(false, e.getMessage(), List.of()));
      return this;
    }
    Behavior<Command> next;
    try {
      next = saved();
    } catch (IOException e) {
      order
          .replyTo()
          .tell(
              new Answer(
                  false,
                  "the fleet cannot write %s, so nothing was done: %s"
                      .formatted(folder.state(), IoReason.of(e)),
                  List.of()));
      throw e; // What is on disk counts: it starts again from there.
    }
    int shown = Math.min(runs.size(), MOST_ROWS);
    order
        .replyTo()
        .tell(
            new Answer(
                true,
                "%s: %d".formatted(order.done(), runs.size()),
                List.copyOf(runs.subList(0, shown))));
    return next;
  }

  private Behavior<Command> saved() throws IOException {
    try {
      store.write(book);
      return this;
    } catch (FleetStore.OvertakenException e) {
      context.getLog().error("{}", e.getMessage());
      onOvertaken.run();
      return Behaviors.stopped();
    }
  }

  private Behavior<Command> heard(NodeReport report) {
    nodes.heard(report);
    return this;
  }

  private Behavior<Command> leaves(NodeLeaves notice) throws IOException {
    nodes.leaves(notice.name());
    book.lost(notice.name(), "the node %s left".formatted(notice.name()));
    Behavior<Command> next = saved();
    notice.replyTo().tell(new Answer(true, "leaving", List.of()));
    return next;
  }

  private Behavior<Command> heard(RunReport report) throws IOException {
    Optional<FleetRun> run = book.find(report.name());
    if (run.isEmpty() || report.epoch() < run.get().epoch()) {
      return this;
    }
    book.reported(
        report.name(),
        new FleetRun.Progress(
            report.step(),
            report.steps(),
            report.scoreStep(),
            report.scores(),
            report.outcome().isPresent() ? "" : report.message()));
    boolean changed = false;
    if (report.scoreStep().isPresent()) {
      changed |= book.scored(report.name(), report.scoreStep().getAsLong(), report.scores());
    }
    if (report.outcome().isPresent()) {
      changed |=
          book.ended(report.name(), report.epoch(), report.outcome().get(), report.message());
      entity(report.name(), new RunEntity.Dismiss());
    }
    return changed ? saved() : this;
  }

  private Behavior<Command> tick() throws IOException {
    Set<String> present = members.present();
    nodes.retain(present);
    boolean changed = false;
    Set<String> homes = new HashSet<>();
    book.placed().forEach(run -> homes.add(run.node().orElseThrow()));
    homes.removeAll(present);
    for (String lost : homes) {
      context.getLog().warn("The node {} was lost; its runs go on elsewhere.", lost);
      changed |= book.lost(lost, "the node %s was lost".formatted(lost));
    }
    changed |= book.place(nodes.slots());
    if (changed && saved() != this) {
      return Behaviors.stopped();
    }
    for (FleetRun run : book.placed()) {
      entity(
          run.name(),
          new RunEntity.Keep(
              run.preset(),
              run.settings(),
              run.node().orElseThrow(),
              run.epoch(),
              run.phase() != Phase.PLACED));
    }
    return tabulate();
  }

  private Behavior<Command> tabulate() throws IOException {
    List<Sweep> untabled = book.untabled();
    for (Sweep sweep : untabled) {
      tables.write(
          folder.table(sweep.name()),
          book.of(sweep).stream().map(run -> folder.run(run.name())).toList());
      book.tabled(sweep.name());
    }
    return untabled.isEmpty() ? this : saved();
  }

  private void entity(String run, RunEntity.Command message) {
    ClusterSharding.get(context.getSystem()).entityRefFor(RunEntity.KEY, run).tell(message);
  }

  private Behavior<Command> whereTo(WhereTo question) {
    question
        .replyTo()
        .tell(
            new Place(
                book.find(question.run())
                    .filter(run -> run.phase().hasSlot())
                    .flatMap(FleetRun::node)));
    return this;
  }

  private Behavior<Command> whereToAll(WhereToAll question) {
    question
        .replyTo()
        .tell(
            new Places(
                book.placed().stream()
                    .collect(Collectors.toMap(FleetRun::name, run -> run.node().orElseThrow()))));
    return this;
  }

  private Behavior<Command> show(Show request) {
    Collection<Sweep> sweeps = book.sweeps();
    request
        .replyTo()
        .tell(
            new Overview(
                nodes.shown(book::used),
                book.runs().stream()
                    .skip(request.from())
                    .limit(MOST_ROWS)
                    .map(FleetView.Run::of)
                    .toList(),
                book.runs().size(),
                sweeps.stream()
                    .skip(Math.max(0, sweeps.size() - MOST_ROWS))
                    .map(sweep -> FleetView.SweepRow.of(sweep, book.of(sweep)))
                    .toList()));
    return this;
  }
}
