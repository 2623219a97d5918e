package io.troupe.actors.fleet;

import io.troupe.actors.fleet.FleetRun.Phase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All runs and sweeps of a fleet, and what follows for them from what happens. No actor. */
final class FleetBook {
  /** How often a run whose process crashes is begun again. */
  static final int MOST_RESTARTS = 3;

  private final Map<String, FleetRun> runs = new LinkedHashMap<>();
  private final Map<String, Sweep> sweeps = new LinkedHashMap<>();
  private long submitted;

  /** A request that cannot be met, in words for whoever made it. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  /** How a run's process ended. */
  enum Outcome {
    /** With all steps done. */
    COMPLETE,
    /** In order, with steps left. */
    STOPPED,
    /** By an error that it told. */
    FAILED,
    /** Without a word: killed, or by a fault in native code. */
    CRASHED
  }

  Collection<FleetRun> runs() {
    return runs.values();
  }

  Collection<Sweep> sweeps() {
    return sweeps.values();
  }

  Optional<FleetRun> find(String name) {
    return Optional.ofNullable(runs.get(name));
  }

  /** The runs that have a slot. */
  List<FleetRun> placed() {
    return runs.values().stream().filter(run -> run.phase().hasSlot()).toList();
  }

  List<FleetRun> of(Sweep sweep) {
    return runs.values().stream()
        .filter(run -> run.sweep().equals(Optional.of(sweep.name())))
        .toList();
  }

  /** As a file had it. */
  void restore(FleetRun run) {
    runs.put(run.name(), run);
    submitted = Math.max(submitted, run.order());
  }

  /** As a file had it. */
  void restore(Sweep sweep) {
    sweeps.put(sweep.name(), sweep);
  }

  /** Adds runs to the queue, all or none. */
  void submit(List<Submission.Wanted> wanted, Optional<Sweep> sweep) throws RefusedException {
    for (Submission.Wanted one : wanted) {
      if (runs.containsKey(one.name())) {
        throw new RefusedException(
            "the fleet has a run %s already; choose another --name".formatted(one.name()));
      }
    }
    if (sweep.isPresent() && sweeps.containsKey(sweep.get().name())) {
      throw new RefusedException(
          "the fleet has a sweep %s already; choose another --name".formatted(sweep.get().name()));
    }
    sweep.ifPresent(this::restore);
    for (Submission.Wanted one : wanted) {
      restore(
          new FleetRun(
              one.name(),
              one.preset(),
              one.settings(),
              sweep.map(Sweep::name),
              one.priority(),
              submitted + 1,
              Phase.QUEUED,
              Optional.empty(),
              0,
              0,
              "",
              FleetRun.Progress.NONE));
    }
  }

  /** Ends a run; the names of those that end, of a sweep all. */
  List<String> stop(String name) throws RefusedException {
    List<FleetRun> ending = named(name).stream().filter(run -> !run.phase().isOver()).toList();
    if (ending.isEmpty()) {
      throw new RefusedException("%s has ended already".formatted(name));
    }
    for (FleetRun run : ending) {
      change(run.in(run.phase().hasSlot() ? Phase.STOPPING : Phase.STOPPED, ""));
    }
    return ending.stream().map(FleetRun::name).toList();
  }

  /** Lets a run that was stopped, or failed, go on from its newest checkpoint. */
  List<String> resume(String name) throws RefusedException {
    List<FleetRun> over =
        named(name).stream()
            .filter(run -> run.phase().isOver() && run.phase() != Phase.FINISHED)
            .toList();
    if (over.isEmpty()) {
      throw new RefusedException(
          named(name).stream().allMatch(run -> run.phase() == Phase.FINISHED)
              ? "%s has finished; there is nothing to go on with".formatted(name)
              : "%s is not stopped; what is queued or trains goes on by itself".formatted(name));
    }
    over.forEach(run -> change(run.queued("")));
    return over.stream().map(FleetRun::name).toList();
  }

  /** Changes which runs leave the queue first. */
  List<String> prioritise(String name, int priority) throws RefusedException {
    List<FleetRun> changed = named(name);
    changed.forEach(run -> change(run.withPriority(priority)));
    return changed.stream().map(FleetRun::name).toList();
  }

  /** Lets a run go on on another node. */
  void move(String name, String node, Map<String, Integer> slots) throws RefusedException {
    FleetRun run =
        find(name).orElseThrow(() -> new RefusedException("the fleet has no run " + name));
    if (!slots.containsKey(node)) {
      throw new RefusedException(
          "there is no trainer node %s; there are: %s"
              .formatted(node, String.join(", ", slots.keySet())));
    }
    if (run.phase().isOver() || run.phase() == Phase.STOPPING || run.phase() == Phase.DROPPING) {
      throw new RefusedException("%s is about to end, or has ended".formatted(name));
    }
    if (run.node().equals(Optional.of(node))) {
      throw new RefusedException("%s is on %s already".formatted(name, node));
    }
    if (used(node) >= slots.get(node)) {
      throw new RefusedException("no slot of %s is free".formatted(node));
    }
    change(run.placed(node));
  }

  /** The runs that a name stands for: its run, or those of its sweep. */
  private List<FleetRun> named(String name) throws RefusedException {
    Sweep sweep = sweeps.get(name);
    if (sweep != null) {
      return of(sweep);
    }
    return List.of(
        find(name).orElseThrow(() -> new RefusedException("the fleet has no run " + name)));
  }

  /** How many slots of a node are taken. */
  long used(String node) {
    return placed().stream().filter(run -> run.node().equals(Optional.of(node))).count();
  }

  /** Gives free slots to queued runs; whether any got one. */
  boolean place(Map<String, Integer> slots) {
    Map<String, String> placed = Placement.of(runs.values(), slots);
    placed.forEach((name, node) -> change(runs.get(name).placed(node)));
    return !placed.isEmpty();
  }

  /**
   * A node is away, or about to be; its runs wait for another one.
   *
   * @param why in words
   * @return whether it had any
   */
  boolean lost(String node, String why) {
    List<FleetRun> homeless =
        placed().stream().filter(run -> run.node().equals(Optional.of(node))).toList();
    for (FleetRun run : homeless) {
      change(
          switch (run.phase()) {
            case STOPPING -> run.in(Phase.STOPPED, "");
            case DROPPING -> run.in(Phase.DROPPED, run.message());
            default -> run.queued(why);
          });
    }
    return !homeless.isEmpty();
  }

  /** A run's process tells how far it is, which is no change worth a file. */
  void reported(String name, FleetRun.Progress progress) {
    runs.computeIfPresent(name, (same, run) -> run.withProgress(progress));
  }

  /** A run's process has ended. Old epochs' ends are no news; whether this one is. */
  boolean ended(String name, long epoch, Outcome outcome, String message) {
    FleetRun run = runs.get(name);
    if (run == null || run.epoch() != epoch || !run.phase().hasSlot()) {
      return false;
    }
    change(
        switch (outcome) {
          case COMPLETE -> run.in(Phase.FINISHED, "");
          case FAILED -> run.in(Phase.FAILED, message);
          case STOPPED -> stopped(run, message);
          case CRASHED -> crashed(run, message);
        });
    return true;
  }

  private static FleetRun stopped(FleetRun run, String message) {
    return switch (run.phase()) {
      case STOPPING -> run.in(Phase.STOPPED, "");
      case DROPPING -> run.in(Phase.DROPPED, run.message());
      // Nobody asked the fleet for it.
      default -> run.queued(message);
    };
  }

  private static FleetRun crashed(FleetRun run, String message) {
    if (run.phase() != Phase.PLACED) {
      return stopped(run, message);
    }
    FleetRun counted = run.crashed();
    return counted.restarts() > MOST_RESTARTS
        ? counted.in(
            Phase.FAILED,
            "%s; it was begun again %d times already".formatted(message, MOST_RESTARTS))
        : counted.queued(message);
  }

  /** A run of a sweep has a score; it may end it. Whether anything follows. */
  boolean scored(String name, long step, Map<String, Double> scores) {
    FleetRun run = runs.get(name);
    if (run == null || run.phase() != Phase.PLACED || run.sweep().isEmpty()) {
      return false;
    }
    Sweep sweep = sweeps.get(run.sweep().get());
    Optional<Long> rung = sweep.halving().flatMap(halving -> halving.rung(step));
    if (rung.isEmpty() || !scores.containsKey(sweep.halving().get().score())) {
      return false;
    }
    Map<Long, Map<String, Double>> rungs = new TreeMap<>();
    sweep.rungs().forEach((at, there) -> rungs.put(at, new TreeMap<>(there)));
    Map<String, Double> there = rungs.computeIfAbsent(rung.get(), at -> new TreeMap<>());
    Double score = scores.get(sweep.halving().get().score());
    if (there.putIfAbsent(name, score) != null) {
      return false;
    }
    restore(sweep.withRungs(rungs));
    if (!sweep.halving().get().goesOn(name, there)) {
      change(
          run.in(
              Phase.DROPPING,
              "%s %s at step %d is not among the best of %d"
                  .formatted(sweep.halving().get().score(), score, step, there.size())));
    }
    return true;
  }

  /** Sweeps whose runs are all over and whose tables are still to be written. */
  List<Sweep> untabled() {
    List<Sweep> done = new ArrayList<>();
    for (Sweep sweep : sweeps.values()) {
      if (!sweep.tabled() && of(sweep).stream().allMatch(run -> run.phase().isOver())) {
        done.add(sweep);
      }
    }
    return done;
  }

  /** A sweep's table has been written. */
  void tabled(String sweep) {
    sweeps.computeIfPresent(sweep, (name, known) -> known.withTable());
  }

  private void change(FleetRun changed) {
    runs.put(changed.name(), changed);
  }
}
