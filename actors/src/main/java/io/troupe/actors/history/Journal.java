package io.troupe.actors.history;

import io.troupe.actors.run.JournalEntry;
import io.troupe.actors.run.JournalTail;
import io.troupe.actors.run.RunEvent;
import io.troupe.metrics.ScoreName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a run's events.jsonl says, read as far as it goes at each {@link #refresh}: what was read
 * before is not read again. Steps that a rollback or a resume took back are not in it. Thread-safe
 * if all calls but the constructor hold the journal's monitor, as {@link RunHistory}'s do.
 */
final class Journal implements JournalTail.Listener {
  private final JournalTail tail;
  private final StepTable steps;
  private final ScoreTable scores = new ScoreTable();
  private final Marks marks = new Marks();
  private final JournalNotes notes = new JournalNotes();
  private final JournalEntry entry = new JournalEntry();
  private TrainingClock clock = new TrainingClock();
  private LifeFacts life = new LifeFacts(LifeFacts.Phase.NONE);
  private long unreadable;
  private long events;

  Journal(Path file) {
    this(file, StepTable.MOST_ROWS);
  }

  Journal(Path file, int mostRows) {
    tail = new JournalTail(file);
    steps = new StepTable(mostRows);
  }

  /** Of a run that is under way, to be told its last lines. */
  static Journal ofEnd(Path file) {
    Journal journal = new Journal(file);
    journal.life = new LifeFacts(LifeFacts.Phase.RUNNING);
    return journal;
  }

  /** Reads what is new. */
  void refresh() throws IOException {
    tail.read(this);
  }

  @Override
  public void restarted() {
    steps.clear();
    scores.clear();
    marks.clear();
    notes.clear();
    clock = new TrainingClock();
    life = new LifeFacts(LifeFacts.Phase.NONE);
    unreadable = 0;
    events = 0;
  }

  @Override
  public void tooLong() {
    unreadable++;
  }

  @Override
  public void line(byte[] bytes, int offset, int length) {
    if (!entry.read(bytes, offset, length)) {
      unreadable++;
      return;
    }
    events++;
    clock.hear(entry);
    life.hear(entry, clock.seconds());
    marks.hear(entry);
    notes.hear(entry);
    entry.kind().ifPresent(this::addToCurves);
  }

  private void addToCurves(RunEvent kind) {
    switch (kind) {
      case STEP -> steps.add(entry, clock.seconds());
      case STARTED, RESUMED -> takeBack(entry.step());
      case ROLLBACK -> takeBack(entry.step("to_step"));
      case EVALUATION_FINISHED -> addScores();
      default -> {
        // Not a curve's.
      }
    }
  }

  private void takeBack(long lastStep) {
    if (lastStep >= 0) {
      steps.takeBack(lastStep);
      scores.takeBack(lastStep);
    }
  }

  private void addScores() {
    long of = entry.step("of_step");
    // Those of a later step than the present one are of one that was taken back meanwhile.
    if (entry.step() < 0 || of <= entry.step()) {
      scores.add(of, clock.seconds(), entry.member("scores"));
    }
  }

  StepTable steps() {
    return steps;
  }

  ScoreTable scores() {
    return scores;
  }

  Marks marks() {
    return marks;
  }

  JournalNotes notes() {
    return notes;
  }

  /** Where its complete lines end, in bytes. */
  long end() {
    return tail.offset();
  }

  /** Seconds in training until a step, by the events around it. */
  double secondsAt(long step) {
    int after = steps.firstAfter(step);
    return after == 0 ? 0 : steps.seconds(after - 1);
  }

  /** Events there are. */
  long events() {
    return events;
  }

  long step() {
    return life.step();
  }

  long unreadable() {
    return unreadable;
  }

  /** Another one whenever the journal says something else. */
  String version() {
    return tail.offset() + "-" + Long.toHexString(tail.identity());
  }

  /** Bytes that it holds, about. */
  long bytes() {
    return steps.bytes() + 200L * scores.rows().size();
  }

  JournalFacts facts() {
    return new JournalFacts(
        life.phase(),
        life.step(),
        clock.seconds(),
        life.first(),
        life.last(),
        life.failure(),
        life.gridStep(),
        life.imagesPerSecond(),
        life.secondsPerStep(),
        life.troubles(),
        life.collapses(),
        spans(),
        life.kinds(),
        unreadable,
        true);
  }

  private Map<String, ScoreSpan> spans() {
    Map<String, ScoreSpan> spans = new TreeMap<>();
    for (String name : scores.names()) {
      span(name, scores.rows()).ifPresent(span -> spans.put(name, span));
    }
    return spans;
  }

  /** The newest and the best of a score; empty if no step has it. */
  static Optional<ScoreSpan> span(String name, NavigableMap<Long, ScoreTable.Row> rows) {
    ScoreName score = ScoreName.of(name);
    Optional<ScoreSpan.At> newest = Optional.empty();
    Optional<ScoreSpan.At> best = Optional.empty();
    for (Map.Entry<Long, ScoreTable.Row> row : rows.entrySet()) {
      double value = row.getValue().scores().getOrDefault(name, Double.NaN);
      if (!Double.isFinite(value)) {
        continue;
      }
      ScoreSpan.At at = new ScoreSpan.At(row.getKey(), value);
      newest = Optional.of(at);
      if (best.isEmpty() || isBetter(score, value, best.get().value())) {
        best = Optional.of(at);
      }
    }
    boolean known = score.direction().isPresent();
    Optional<ScoreSpan.At> shown = known ? best : Optional.empty();
    return newest.map(at -> new ScoreSpan(name, score.label(), score.direction(), at, shown));
  }

  private static boolean isBetter(ScoreName score, double value, double best) {
    return score.direction().filter(direction -> direction.isBetter(value, best)).isPresent();
  }
}
