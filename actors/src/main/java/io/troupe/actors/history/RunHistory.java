package io.troupe.actors.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.sampling.ClassNames;
import io.troupe.actors.sampling.GridLayout;
import io.troupe.config.files.IoReason;
import io.troupe.models.networks.NetworkFamily;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run as its files tell it. Nothing is kept but what was read last, so it is cheap to have and
 * always as new as the files. Thread-safe. No method fails because a file is damaged; those that
 * throw an {@link IOException} do so when the file system fails.
 */
public final class RunHistory {
  private static final String PNG = ".png";
  private static final Pattern PICTURES_OF = Pattern.compile("step-(\\d{1,18})-");

  private final String id;
  private final RunDirectory directory;
  private final RunReader reader;

  RunHistory(String id, RunReader reader) {
    this.id = id;
    this.reader = reader;
    directory = reader.directory();
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
    return summary(status, reader::facts);
  }

  /**
   * How it is, at once: while a long journal has not been read, by its end. The whole is read
   * meanwhile.
   *
   * @param status as of {@link #summary(Optional)}
   */
  public RunSummary glance(Optional<JsonNode> status) {
    return summary(status, reader::factsAtOnce);
  }

  private interface Facts {
    JournalFacts read() throws IOException;
  }

  private RunSummary summary(Optional<JsonNode> status, Facts facts) {
    Optional<String> problem = Optional.empty();
    JournalFacts known = JournalFacts.NONE;
    Optional<RunSummary.Grid> grid = Optional.empty();
    long checkpoint = -1;
    try {
      known = facts.read();
      grid = grid(known.gridStep());
      checkpoint = newestCheckpoint();
    } catch (IOException e) {
      problem = Optional.of(IoReason.of(e));
    }
    Path path = directory.root().toAbsolutePath().normalize();
    return new SummaryMaker(
            new SummaryMaker.Known(
                id,
                path.getFileName() == null ? "/" : path.getFileName().toString(),
                path.toString(),
                RunNotes.read(directory),
                reader.config(),
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
    return RunFiles.list(directory.samples(), PNG).stream()
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
    long images = reader.config().imagesPerStep();
    return reader
        .ask(journal -> new CurveMaker(journal, images, points, fromStep, toStep).make())
        .orElse(
            new Curves(
                0, images, 0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of()));
  }

  /** Its scores by evaluated steps. */
  public NavigableMap<Long, Map<String, Double>> scores() throws IOException {
    NavigableMap<Long, Map<String, Double>> scores = new TreeMap<>();
    reader.ask(
        journal -> {
          journal.scores().rows().forEach((step, row) -> scores.put(step, row.scores()));
          return true;
        });
    return scores;
  }

  /** Complete lines of its journal that are no events. */
  public long unreadable() throws IOException {
    return reader.ask(Journal::unreadable).orElse(0L);
  }

  /** Another text whenever its journal says something else; empty if there is none. */
  public Optional<String> version() throws IOException {
    return reader.ask(Journal::version);
  }

  /** Its events, newest first. */
  public EventPage events(EventPage.Query query) throws IOException {
    JournalFacts known = reader.facts();
    long end = reader.ask(Journal::end).orElse(0L);
    EventReader events = new EventReader(query);
    OptionalLong next =
        end == 0
            ? OptionalLong.empty()
            : events.read(directory.events(), Math.min(end, query.before().orElse(end)));
    return new EventPage(events.events(), next, known.kinds());
  }

  /** Its sample grids. */
  public GridList grids() throws IOException {
    List<GridList.Row> rows =
        RunFiles.list(directory.samples(), PNG).stream()
            .filter(file -> file.step() >= 0)
            .map(file -> new GridList.Row(file.step(), file.name(), file.bytes(), file.at()))
            .toList();
    return new GridList(rows, rowClasses(), picturesPerRow(), pictureSize(), GridLayout.GAP);
  }

  /** Pictures of a row of its grids; empty if it is not known. */
  public OptionalInt picturesPerRow() {
    int perClass = (int) reader.config().whole("sampling.per-class");
    int known = classes().size();
    if (perClass <= 0 || known == 0) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(known > 1 ? perClass : GridLayout.square(perClass).columns());
  }

  /** The names of the dataset's classes, in the order of their labels; empty if not known. */
  public List<String> classes() {
    return DatasetFacts.read(directory).map(DatasetFacts::classes).orElse(List.of());
  }

  /** The classes that its generator knows; empty if the dataset's are not known. */
  public Optional<ClassNames> classNames() {
    return Optional.of(classes())
        .filter(names -> !names.isEmpty())
        .map(names -> ClassNames.of(names, isClassless() ? 1 : names.size()));
  }

  private boolean isClassless() {
    RunConfig config = reader.config();
    return config
        .text("network.kind")
        .flatMap(NetworkFamily::named)
        .filter(
            family ->
                !family.isConditional(key -> config.text(key).filter("true"::equals).isPresent()))
        .isPresent();
  }

  /** The classes of the rows of its grids; empty if rows are no classes, or it is not known. */
  public Optional<List<String>> rowClasses() {
    return Optional.of(classes()).filter(names -> !isClassless() && names.size() > 1);
  }

  /** Side of its pictures in pixels; empty if it is not known. */
  public OptionalInt pictureSize() {
    return DatasetFacts.read(directory)
        .map(facts -> OptionalInt.of(facts.pictureSize()))
        .orElse(OptionalInt.empty());
  }

  /** Real pictures that a step sees; 0 if it is not known. */
  public long imagesPerStep() {
    return reader.config().imagesPerStep();
  }

  /** Seed, batch, network and dataset; those that are not known are null. */
  public Map<String, Object> brief() {
    return SettingsTable.brief(reader.config());
  }

  /** What somebody asked for, newest last. */
  public List<RequestedPicture> pictures() throws IOException {
    Map<String, String> texts = reader.ask(journal -> journal.notes().pictures()).orElse(Map.of());
    return RunFiles.list(directory.pictures(), PNG).stream()
        .sorted(Comparator.comparing(RunFiles.Listed::at))
        .map(
            file -> {
              Matcher step = PICTURES_OF.matcher(file.name());
              return new RequestedPicture(
                  file.name(),
                  file.at(),
                  file.bytes(),
                  step.lookingAt()
                      ? OptionalLong.of(Long.parseLong(step.group(1)))
                      : OptionalLong.empty(),
                  Optional.ofNullable(texts.get(file.name())));
            })
        .toList();
  }

  /** Its checkpoints. */
  public StoredCheckpoints checkpoints() throws IOException {
    Map<Long, String> checksums =
        reader.ask(journal -> journal.notes().checksums()).orElse(Map.of());
    return StoredCheckpoints.list(directory, scores(), checksums);
  }

  /** Its settings, and how they changed. */
  public SettingsTable settings() throws IOException {
    return SettingsTable.of(
        reader.config(), reader.ask(journal -> journal.notes().changes()).orElse(List.of()));
  }

  /** The settings in which some runs differ. */
  public static List<SettingsTable.Difference> differences(List<RunHistory> runs) {
    return SettingsTable.differences(runs.stream().map(run -> run.reader.config()).toList());
  }

  /** What people wrote about it. */
  public RunNotes notes() {
    return RunNotes.read(directory);
  }

  /**
   * Keeps what people write about it.
   *
   * @param json name, notes and tags; of what is absent the notes stay as they are
   * @return the notes as they are now
   * @throws IllegalArgumentException if a member cannot be kept; says why
   */
  public synchronized RunNotes note(JsonNode json) throws IOException {
    RunNotes changed = notes().with(json);
    changed.write(directory);
    return changed;
  }

  /**
   * The end of its log.
   *
   * @param bytes at most
   */
  public LogEnd log(int bytes) throws IOException {
    return LogEnd.read(directory.log(), Math.min(bytes, LogEnd.MOST));
  }
}
