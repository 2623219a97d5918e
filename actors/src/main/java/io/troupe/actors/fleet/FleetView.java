package io.troupe.actors.fleet;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a fleet shows of itself. */
final class FleetView {
  private FleetView() {}

  /**
   * A node.
   *
   * @param name HOST:PORT
   * @param slots for runs
   * @param used slots that are taken
   * @param url of its page
   * @param heardAt when it last told of itself, ISO-8601
   */
  public record Node(
      String name,
      List<String> roles,
      int slots,
      long used,
      String url,
      boolean reachable,
      String heardAt) {}

  /**
   * A run.
   *
   * @param step that it is at; 0 before its process tells
   * @param scores the newest of the score that stands for it
   */
  public record Run(
      String name,
      String preset,
      Optional<String> sweep,
      FleetRun.Phase state,
      int priority,
      Optional<String> node,
      long epoch,
      long step,
      long steps,
      OptionalLong scoreStep,
      Map<String, Double> scores,
      String message) {
    static Run of(FleetRun run) {
      FleetRun.Progress progress = run.progress();
      return new Run(
          run.name(),
          run.preset(),
          run.sweep(),
          run.phase(),
          run.priority(),
          run.node(),
          run.epoch(),
          progress.step(),
          progress.steps(),
          progress.scoreStep(),
          progress.scores(),
          run.message().isEmpty() ? progress.note() : run.message());
    }
  }

  /** A sweep; its table is there when all its runs are over. */
  public record SweepRow(String name, List<String> keys, int runs, int over, boolean tabled) {
    static SweepRow of(Sweep sweep, List<FleetRun> runs) {
      int over = (int) runs.stream().filter(run -> run.phase().isOver()).count();
      return new SweepRow(sweep.name(), sweep.keys(), runs.size(), over, sweep.tabled());
    }
  }
}
