package io.troupe.actors.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.history.RunSummary.State;
import io.troupe.metrics.ScoreName;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Says how a run is, from its files and from what its daemon says, if that was asked. */
final class SummaryMaker {
  private static final int LONGEST_SENTENCE = 300;

  /**
   * What is known of a run's files.
   *
   * @param checkpoint the step of the newest checkpoint; -1 if there is none
   * @param problem why the journal cannot be read
   */
  record Known(
      String run,
      String folder,
      String path,
      RunNotes notes,
      RunConfig config,
      Liveness life,
      JournalFacts facts,
      Optional<RunSummary.Grid> grid,
      long checkpoint,
      Optional<String> problem) {}

  private final Known known;
  private final Optional<JsonNode> status;

  /** What a start is at; empty if there is none, or it does not say. */
  private final Optional<String> starting;

  private final Instant now;

  /**
   * Of a run.
   *
   * @param said by its daemon: how the run is, or what its start is at
   */
  SummaryMaker(Known known, Optional<JsonNode> said, Instant now) {
    this.known = known;
    Optional<JsonNode> living = said.filter(says -> known.life().alive());
    status = living.filter(says -> says.has("state"));
    starting = living.map(says -> says.path("starting").asText()).filter(text -> !text.isEmpty());
    this.now = now;
  }

  RunSummary make() {
    JournalFacts facts = known.facts();
    State state = state();
    long step = status.map(says -> says.path("step").asLong()).orElse(facts.step());
    long steps =
        status
            .map(says -> says.path("steps").asLong())
            .orElse(known.config().whole("training.steps"));
    OptionalDouble images = number("images_per_second", facts.imagesPerSecond());
    OptionalDouble seconds = secondsPerStep(images);
    OptionalDouble remaining =
        state == State.RUNNING && seconds.isPresent() && steps >= step
            ? OptionalDouble.of((steps - step) * seconds.getAsDouble())
            : OptionalDouble.empty();
    Optional<String> failure = failure(state);
    return new RunSummary(
        known.run(),
        known.notes().name().isEmpty() ? known.folder() : known.notes().name(),
        known.path(),
        known.config().text("preset"),
        known.notes().notes(),
        known.notes().tags(),
        state,
        sentence(state, step, steps, failure),
        known.life().alive(),
        step,
        steps,
        images,
        seconds,
        elapsed(state),
        remaining,
        remaining.isPresent()
            ? Optional.of(now.plusMillis((long) (1000 * remaining.getAsDouble())))
            : Optional.empty(),
        score(),
        known.grid(),
        facts.firstAt(),
        facts.lastAt(),
        troubles(),
        facts.collapses(),
        number("evaluation_share", OptionalDouble.empty()),
        failure,
        facts.whole(),
        known.life().url(),
        known.life().pid());
  }

  private OptionalDouble number(String member, OptionalDouble otherwise) {
    return status
        .map(says -> says.path(member))
        .filter(JsonNode::isNumber)
        .map(value -> OptionalDouble.of(value.asDouble()))
        .orElse(otherwise);
  }

  private OptionalDouble secondsPerStep(OptionalDouble imagesPerSecond) {
    OptionalDouble measured = number("seconds_per_step", known.facts().secondsPerStep());
    long images = known.config().imagesPerStep();
    return measured.isEmpty()
            && images > 0
            && imagesPerSecond.isPresent()
            && imagesPerSecond.getAsDouble() > 0
        ? OptionalDouble.of(images / imagesPerSecond.getAsDouble())
        : measured;
  }

  /** The time since the last event counts too while it is training. */
  private double elapsed(State state) {
    double seconds = known.facts().seconds();
    return state == State.RUNNING && known.facts().lastAt().isPresent()
        ? seconds
            + Math.max(0, Duration.between(known.facts().lastAt().get(), now).toMillis() / 1000.0)
        : seconds;
  }

  private State state() {
    if (known.life().alive()) {
      Optional<State> said =
          status.flatMap(
              says ->
                  Stream.of(State.values())
                      .filter(state -> state.toString().equals(says.path("state").asText()))
                      .findFirst());
      return said.orElseGet(this::stateOfLiving);
    }
    return switch (known.facts().phase()) {
      case NONE -> known.problem().isPresent() || isCrashed() ? State.GONE : State.EMPTY;
      case STARTING, RUNNING, PAUSED, STOPPING -> State.GONE;
      case FAILED -> State.FAILED;
      case STOPPED -> isDone() ? State.FINISHED : State.STOPPED;
    };
  }

  private boolean isCrashed() {
    return known.life().crash().isPresent();
  }

  private boolean isDone() {
    long steps = known.config().whole("training.steps");
    return steps > 0 && known.facts().step() >= steps;
  }

  /** By the journal, if its last words are of this daemon. */
  private State stateOfLiving() {
    Optional<Instant> since = known.life().since();
    Optional<Instant> last = known.facts().lastAt();
    if (last.isEmpty() || (since.isPresent() && last.get().isBefore(since.get()))) {
      return State.STARTING;
    }
    return switch (known.facts().phase()) {
      case NONE, STARTING -> State.STARTING;
      case RUNNING -> State.RUNNING;
      case PAUSED -> State.PAUSED;
      case STOPPING, STOPPED -> State.STOPPING;
      case FAILED -> State.FAILED;
    };
  }

  private Optional<String> failure(State state) {
    Optional<String> said =
        status.map(says -> says.path("failure")).filter(JsonNode::isTextual).map(JsonNode::asText);
    return state == State.FAILED
        ? said.or(() -> Optional.of(known.facts().failure()).filter(text -> !text.isEmpty()))
        : Optional.empty();
  }

  private String sentence(State state, long step, long steps, Optional<String> failure) {
    Optional<String> problem = known.problem().or(() -> known.life().problem());
    if (problem.isPresent()) {
      return line("Its files cannot be read: " + problem.get());
    }
    return switch (state) {
      case STARTING ->
          known.facts().phase() == LifeFacts.Phase.STARTING
              ? "It goes back to the checkpoint of step %d.".formatted(step)
              : starting
                  .map(
                      text ->
                          line(text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1))
                              + ".")
                  .orElse("Its data and networks are being prepared.");
      case RUNNING -> "It is training.";
      case PAUSED -> "It is paused after step %d.".formatted(step);
      case STOPPING -> "It ends after step %d, and writes its last state.".formatted(step);
      case FINISHED -> "All %d steps are done.".formatted(steps);
      case STOPPED ->
          "It was stopped after step %d; the same command goes on from there.".formatted(step);
      case FAILED -> line(failure.orElse("It failed without saying why."));
      case GONE -> line(known.life().crash().orElseGet(() -> gone(step)));
      case EMPTY -> "Nothing has happened yet.";
    };
  }

  private String gone(long step) {
    return "Its daemon ended without a word after step %d; the same command goes on from step %d."
        .formatted(step, Math.max(0, known.checkpoint()));
  }

  private static String line(String text) {
    String first = text.lines().findFirst().orElse("");
    return first.substring(0, Math.min(LONGEST_SENTENCE, first.length()));
  }

  private Optional<ScoreSpan> score() {
    List<ScoreName> names =
        known.facts().scores().keySet().stream()
            .map(ScoreName::of)
            .sorted(ScoreName.BY_RANK)
            .toList();
    return names.stream()
        .filter(name -> name.isRankedBy(known.config().best()))
        .findFirst()
        .or(() -> names.stream().filter(name -> name.direction().isPresent()).findFirst())
        .map(name -> known.facts().scores().get(name.name()));
  }

  private List<HelperTrouble> troubles() {
    if (!known.life().alive()) {
      return List.of();
    }
    if (status.isEmpty()) {
      return known.facts().troubles();
    }
    List<HelperTrouble> troubles = new ArrayList<>();
    for (JsonNode trouble : status.get().path("troubles")) {
      troubles.add(
          new HelperTrouble(
              trouble.path("helper").asText(),
              instant(trouble.path("since").asText()),
              trouble.path("failures").asLong(),
              trouble.path("cause").asText()));
    }
    return troubles;
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
