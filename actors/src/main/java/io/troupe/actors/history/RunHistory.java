package io.troupe.actors.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.RunDirectory;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A run as its files tell it. Nothing is kept but what was read last, so it is cheap to have and
 * always as new as the files. Thread-safe. No method fails because a file is damaged; those that
 * throw an {@link IOException} do so when the file system fails.
 */
public final class RunHistory {
  private record Stamp(long bytes, Instant at) {}

  private record Remembered<T>(Stamp of, T value) {}

  private final String id;
  private final RunDirectory directory;
  private final JournalCache journals;
  private volatile Remembered<JournalFacts> facts;
  private volatile Remembered<RunConfig> config;

  RunHistory(String id, RunDirectory directory, JournalCache journals) {
    this.id = id;
    this.directory = directory;
    this.journals = journals;
  }

  /** Its name among the runs of a catalogue, for URLs. */
  public String id() {
    return id;
  }

  /** Where its files are. */
  public RunDirectory directory() {
    return directory;
  }

  /** How it is, by its files alone. */
  public RunSummary summary() {
    return summary(Optional.empty());
  }

  /**
   * How it is, with what its daemon says of itself.
   *
   * @param status the answer to {@code GET /api/v1/status}; ignored if no daemon lives any more
   */
  public RunSummary summary(Optional<JsonNode> status) {
    Optional<String> problem = Optional.empty();
    JournalFacts known = JournalFacts.NONE;
    Optional<RunSummary.Grid> grid = Optional.empty();
    long checkpoint = -1;
    try {
      known = facts();
      grid = grid(known.gridStep());
      checkpoint = newestCheckpoint();
    } catch (IOException e) {
      problem = Optional.of(e.toString());
    }
    Path path = directory.root().toAbsolutePath().normalize();
    return new SummaryMaker(
            new SummaryMaker.Known(
                id,
                path.getFileName() == null ? "/" : path.getFileName().toString(),
                path.toString(),
                RunNotes.read(directory),
                config(),
                Liveness.of(directory),
                known,
                grid,
                checkpoint,
                problem),
            status,
            Instant.now())
        .make();
  }

  private Optional<RunSummary.Grid> grid(long step) throws IOException {
    String name = String.format(Locale.ROOT, "step-%09d.png", Math.max(0, step));
    if (step >= 0 && RunFiles.listed(directory.samples().resolve(name)).isPresent()) {
      return Optional.of(new RunSummary.Grid(step, name));
    }
    return RunFiles.list(directory.samples(), ".png").stream()
        .filter(file -> file.step() >= 0)
        .reduce((first, last) -> last)
        .map(file -> new RunSummary.Grid(file.step(), file.name()));
  }

  private long newestCheckpoint() throws IOException {
    return RunFiles.list(directory.checkpoints(), ".ckpt").stream()
        .mapToLong(RunFiles.Listed::step)
        .max()
        .orElse(-1);
  }

  /**
   * Its curves.
   *
   * @param points at most
   * @param fromStep the first step
   * @param toStep the last step
   */
  public Curves curves(int points, long fromStep, long toStep) throws IOException {
    long images = config().imagesPerStep();
    return ask(journal -> new CurveMaker(journal, images, points, fromStep, toStep).make())
        .orElse(
            new Curves(
                0, images, 0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of()));
  }

  /** Another text whenever its journal says something else; empty if there is none. */
  public Optional<String> version() throws IOException {
    return ask(Journal::version);
  }

  JournalFacts facts() throws IOException {
    Optional<RunFiles.Listed> file = RunFiles.listed(directory.events());
    if (file.isEmpty()) {
      return JournalFacts.NONE;
    }
    Stamp stamp = new Stamp(file.get().bytes(), file.get().at());
    Remembered<JournalFacts> before = facts;
    if (before != null && before.of().equals(stamp)) {
      return before.value();
    }
    JournalFacts read = ask(Journal::facts).orElse(JournalFacts.NONE);
    facts = new Remembered<>(stamp, read);
    return read;
  }

  RunConfig config() {
    Stamp stamp;
    try {
      stamp =
          RunFiles.listed(directory.config())
              .map(file -> new Stamp(file.bytes(), file.at()))
              .orElse(new Stamp(-1, Instant.EPOCH));
    } catch (IOException e) {
      stamp = new Stamp(-2, Instant.now()); // The reader will say what is wrong.
    }
    Remembered<RunConfig> before = config;
    if (before != null && before.of().equals(stamp)) {
      return before.value();
    }
    RunConfig read = RunConfig.read(directory.config());
    config = new Remembered<>(stamp, read);
    return read;
  }

  <T> Optional<T> ask(Function<Journal, T> question) throws IOException {
    try {
      return Optional.of(journals.ask(directory.events(), question));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
