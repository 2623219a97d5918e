package io.troupe.actors.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.backup.RunVerification;
import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What must be true of a run that was disturbed and has come to its end all the same. */
final class RunTruth {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern STEP = Pattern.compile("step-0*(\\d+)\\.ckpt");
  private static final Pattern SCORE = Pattern.compile("(\\S+) (\\d+)");

  private final Path home;
  private final RunDirectory run;
  private final Reference reference;
  private final List<String> differences = new ArrayList<>();
  private final boolean damagedJournal;
  private List<JsonNode> events = List.of();

  private RunTruth(Path home, Reference reference, boolean damagedJournal) {
    this.home = home;
    this.run = new RunDirectory(home.resolve("run"));
    this.reference = reference;
    this.damagedJournal = damagedJournal;
  }

  /**
   * In what a run differs from what it has to be, one sentence each.
   *
   * @param home its folder
   * @param damagedJournal whether events.jsonl was cut off or changed from outside
   */
  static List<String> differences(Path home, Reference reference, boolean damagedJournal)
      throws IOException {
    RunTruth truth = new RunTruth(home, reference, damagedJournal);
    truth.readJournal();
    truth.checkpoints();
    truth.steps();
    truth.losses();
    truth.scores();
    truth.grids();
    truth.best();
    truth.leftovers();
    truth.verification();
    return truth.differences;
  }

  private void differ(String text) {
    differences.add(text);
  }

  private void readJournal() throws IOException {
    List<JsonNode> read = new ArrayList<>();
    if (!Files.exists(run.events())) {
      differ("there is no journal");
      return;
    }
    String text = new String(Files.readAllBytes(run.events()), StandardCharsets.UTF_8);
    if (!text.endsWith("\n")) {
      differ("the journal's last line has no end");
    }
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      try {
        JsonNode event = JSON.readTree(line);
        if (!damagedJournal || isWhole(event)) {
          read.add(event);
        }
      } catch (JsonProcessingException e) {
        if (!damagedJournal) {
          differ("line %d of the journal is no JSON: %s".formatted(number, line));
        }
      }
    }
    events = read;
  }

  /** A bit that was flipped may have given a field another name. */
  private static boolean isWhole(JsonNode event) {
    return event.path("step").isNumber()
        && (!kind(event).equals("evaluation-finished")
            || (event.path("of_step").isNumber() && event.path("scores").isObject()));
  }

  private static String kind(JsonNode event) {
    return event.path("event").asText();
  }

  /** Every file is that of the undisturbed run, and the last step's is there. */
  private void checkpoints() throws IOException {
    boolean last = false;
    for (Path file : files(run.checkpoints())) {
      Matcher name = STEP.matcher(file.getFileName().toString());
      if (!name.matches()) {
        continue;
      }
      long step = Long.parseLong(name.group(1));
      String expected = reference.checkpoints().get(step);
      try (StoredCheckpoint checkpoint = StoredCheckpoint.open(file)) {
        last |= step == Scenario.STEPS;
        if (expected != null && !expected.equals(checkpoint.sha256())) {
          differ("the values of %s are others".formatted(home.relativize(file)));
        }
      } catch (CheckpointException e) {
        differ(e.getMessage());
      }
    }
    if (!last) {
      differ("there is no checkpoint of the last step");
    }
  }

  /**
   * Whether a checkpoint was found damaged and set aside, of which the journal says nothing if that
   * start was killed.
   */
  private boolean isSetAside(long step) {
    String name = String.format(Locale.ROOT, "step-%09d.ckpt.damaged", step);
    return Files.exists(run.checkpoints().resolve(name));
  }

  /** Steps follow one another without gaps, but where the journal says so. */
  private void steps() {
    long position = -1;
    boolean gap = damagedJournal;
    long announced = 0;
    String end = "";
    for (JsonNode event : events) {
      long step = event.path("step").asLong(-1);
      switch (kind(event)) {
        case "journal-gap" -> gap = true;
        case "started" -> position = 0;
        case "checkpoint" -> announced = event.path("of_step").asLong();
        case "checkpoint-rejected" -> announced = 0;
        case "resumed" -> {
          if (step < announced && !isSetAside(announced) && !damagedJournal) {
            differ(
                "the run goes on after step %d, and there was a checkpoint of step %d"
                    .formatted(step, announced));
          }
          if (step > position && !gap) {
            differ(
                "the run goes on after step %d, and the journal ends at %d"
                    .formatted(step, position));
          }
          position = step;
        }
        case "rollback" -> {
          long to = event.path("to_step").asLong(-1);
          if (to > position && !gap) {
            differ("a rollback from step %d to step %d".formatted(position, to));
          }
          position = to;
        }
        case "step" -> {
          if (step != position + 1 && !gap) {
            differ("step %d follows step %d".formatted(step, position));
          }
          position = step;
          gap = damagedJournal;
        }
        case "stopped", "failed" -> end = kind(event) + " " + step;
        default -> {}
      }
    }
    if (position != Scenario.STEPS && !damagedJournal) {
      differ("the journal's steps end at %d".formatted(position));
    }
    if (!end.equals("stopped " + Scenario.STEPS)) {
      differ("the journal's end is: %s".formatted(end));
    }
  }

  private void losses() {
    Reference.losses(events)
        .forEach(
            (step, values) -> {
              if (!values.equals(reference.losses().get(step)) && !damagedJournal) {
                differ(
                    "step %d has %s in the journal, not %s"
                        .formatted(step, values, reference.losses().get(step)));
              }
            });
  }

  /** Those of the last step have to be there; training waits for no others. */
  private void scores() {
    Map<Long, JsonNode> scores = Reference.scores(events);
    if (!scores.containsKey(Scenario.STEPS) && !isFailing("evaluator", "evaluation-failed")) {
      differ("there are no scores of step %d".formatted(Scenario.STEPS));
    }
    scores.forEach(
        (step, found) -> {
          JsonNode expected = reference.scores().getOrDefault(step, found);
          if (!found.equals(expected) && !damagedJournal) {
            differ("the scores of step %d are %s, not %s".formatted(step, found, expected));
          }
        });
  }

  /** Whether the last daemon that trained says that a helper failed, or what it was to make. */
  private boolean isFailing(String helper, String failure) {
    boolean told = false;
    for (JsonNode event : events) {
      String kind = kind(event);
      if (kind.equals("started") || kind.equals("resumed")) {
        told = false;
      } else if (kind.equals(failure)
          || (kind.equals("degraded") && event.path("helper").asText().equals(helper))) {
        told = true;
      }
    }
    return told;
  }

  /** As scores. */
  private void grids() throws IOException {
    Map<String, byte[]> grids = Reference.grids(run);
    String last = String.format(Locale.ROOT, "step-%09d.png", Scenario.STEPS);
    if (!grids.containsKey(last) && !isFailing("sampler", "grid-failed")) {
      differ("there is no grid of the last step");
    }
    grids.forEach(
        (name, found) -> {
          if (!Arrays.equals(found, reference.grids().getOrDefault(name, found))) {
            differ("the grid %s is another".formatted(name));
          }
        });
  }

  /** The folder of the best checkpoint holds one, and says the score that the journal has of it. */
  private void best() throws IOException {
    Path folder = run.checkpoints().resolve("best");
    List<String> kept =
        files(folder).stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> STEP.matcher(name).matches())
            .toList();
    TreeMap<Double, Long> ranking = new TreeMap<>();
    // What was evaluated on request, at a step that nobody saved, cannot be kept.
    Set<Long> saved =
        events.stream()
            .filter(e -> kind(e).equals("checkpoint"))
            .map(e -> e.path("of_step").asLong())
            .collect(Collectors.toSet());
    Reference.scores(events)
        .forEach(
            (step, scores) -> {
              if (saved.contains(step)) {
                ranking.putIfAbsent(scores.elements().next().asDouble(), step);
              }
            });
    boolean missed = events.stream().anyMatch(e -> kind(e).equals("best-missed"));
    if (kept.isEmpty() && (missed || ranking.isEmpty())) {
      return;
    }
    if (kept.size() != 1) {
      differ("best/ holds %s".formatted(kept));
      return;
    }
    Path file = folder.resolve("score.txt");
    String said = Files.exists(file) ? Files.readString(file).strip() : "nothing";
    Matcher score = SCORE.matcher(said);
    Matcher name = STEP.matcher(kept.get(0));
    if (!score.matches() || !name.matches() || !name.group(1).equals(score.group(2))) {
      differ("best/ holds %s, and score.txt says: %s".formatted(kept.get(0), said));
      return;
    }
    if (damagedJournal || missed) {
      return;
    }
    double value = Double.parseDouble(score.group(1));
    boolean told = !ranking.isEmpty() && ranking.firstKey() == value;
    if (!told && !isOfAGap(Long.parseLong(score.group(2)), value, ranking)) {
      differ("score.txt says: %s, and the journal has: %s".formatted(said, ranking));
    }
  }

  /**
   * Whether a best score may be one that the journal could not be given, as it says itself: better
   * than those that it has, and as without faults.
   */
  private boolean isOfAGap(long step, double value, SortedMap<Double, Long> ranking) {
    JsonNode expected = reference.scores().get(step);
    return events.stream().anyMatch(e -> kind(e).equals("journal-gap"))
        && !ranking.containsValue(step)
        && (ranking.isEmpty() || value < ranking.firstKey())
        && (expected == null || expected.elements().next().asDouble() == value);
  }

  private void leftovers() throws IOException {
    try (Stream<Path> all = Files.walk(home)) {
      all.filter(file -> file.toString().endsWith(".tmp") || file.toString().endsWith(".old"))
          .forEach(file -> differ("left over: %s".formatted(home.relativize(file))));
    }
  }

  private void verification() throws IOException {
    for (RunVerification.Part part : RunVerification.of(run)) {
      if (!(damagedJournal && part.name().equals("journal"))) {
        part.problems().forEach(problem -> differ("inspect --deep: %s".formatted(problem)));
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
