package io.troupe.actors.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.faults.Fault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Results of a campaign, however many times it was gone on with, as tables in Markdown. */
final class FaultTable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Columns of the table of places. */
  private static final Map<String, Predicate<Kind>> COLUMNS = columns();

  private final List<JsonNode> cases;
  private final Map<Kind, Integer> kinds = new EnumMap<>(Kind.class);
  private final Map<String, Map<String, Integer>> places = new TreeMap<>();
  private final Map<String, Map<String, Integer>> families = new TreeMap<>();
  private final Set<String> points = new TreeSet<>();
  private final Map<String, Integer> revisions = new LinkedHashMap<>();
  private int faults;

  private FaultTable(List<JsonNode> cases) {
    this.cases = cases;
    cases.forEach(this::count);
  }

  private static Map<String, Predicate<Kind>> columns() {
    Map<String, Predicate<Kind>> columns = new LinkedHashMap<>();
    columns.put("killed at", kind -> kind == Kind.KILL_AT_CALL || kind == Kind.TERM_AT_CALL);
    columns.put("ENOSPC", kind -> kind == Kind.DISK_FULL);
    columns.put("EIO", kind -> kind == Kind.IO_ERROR);
    columns.put("EACCES", kind -> kind == Kind.NO_PERMISSION);
    columns.put("half a write", kind -> kind == Kind.SHORT_WRITE);
    columns.put("cut off or flipped", kind -> kind == Kind.TORN || kind == Kind.FLIPPED);
    return columns;
  }

  private void count(JsonNode result) {
    revisions.merge(
        result.path("revision").asText("unknown"), result.get("faults").size(), Integer::sum);
    for (JsonNode fault : result.get("faults")) {
      Kind kind = Kind.valueOf(fault.get("kind").asText());
      String files = fault.get("files").asText();
      faults++;
      kinds.merge(kind, 1, Integer::sum);
      families
          .computeIfAbsent(result.get("family").asText(), name -> new TreeMap<>())
          .merge(result.get("precision").asText(), 1, Integer::sum);
      COLUMNS.forEach(
          (name, isOf) -> {
            if (isOf.test(kind)) {
              places
                  .computeIfAbsent(CallPoint.part(files), part -> new TreeMap<>())
                  .merge(name, 1, Integer::sum);
            }
          });
      if (!fault.get("call").asText().isEmpty()) {
        points.add(fault.get("call").asText() + " " + files);
      }
    }
  }

  /** The tables of a file of results. */
  static String of(Path results) throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    for (String line : Files.readAllLines(results)) {
      cases.add(JSON.readTree(line));
    }
    return new FaultTable(cases).text();
  }

  private String text() {
    long differences = cases.stream().filter(c -> !c.get("differences").isEmpty()).count();
    int daemons = cases.stream().mapToInt(c -> c.get("workers").size()).sum();
    int commanded = cases.stream().mapToInt(c -> c.get("commanded").asInt()).sum();
    double hours = cases.stream().mapToDouble(c -> c.get("seconds").asDouble()).sum() / 3600;
    Set<String> machines = new TreeSet<>();
    cases.forEach(c -> machines.add(c.get("machine").asText()));
    Map<Integer, Integer> workers = new TreeMap<>();
    cases.forEach(c -> c.get("workers").forEach(w -> workers.merge(w.asInt(), 1, Integer::sum)));
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d faults in %,d runs of %,d daemons, and %d of these runs differed. %.1f hours on %s%s; revision%s. %,d daemons were"
                + " given commands meanwhile; augment workers by daemon: %s. %d pairs of system call and kind of file were hit.%n%n",
            faults,
            cases.size(),
            daemons,
            differences,
            hours,
            String.join("; ", machines),
            load(),
            revisions(),
            commanded,
            words(workers),
            points.size()));
    text.append("| fault | count |\n|---|---:|\n");
    kinds.forEach((kind, count) -> text.append("| %s | %d |%n".formatted(kind.text(), count)));
    text.append("\n");
    matrix(text, "of the run's", COLUMNS.keySet(), places);
    text.append("\n");
    matrix(text, "networks", List.of("float32", "mixed"), families);
    return text.toString();
  }

  /** Of the machine, with whatever else it did. */
  private String load() {
    DoubleSummaryStatistics loads =
        cases.stream()
            .filter(c -> c.has("load"))
            .mapToDouble(c -> c.get("load").asDouble())
            .summaryStatistics();
    return loads.getCount() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            " with a load of %.1f to %.1f, %.1f on average",
            loads.getMin(),
            loads.getMax(),
            loads.getAverage());
  }

  /** With the number of faults of each, if there are several. */
  private String revisions() {
    if (revisions.size() == 1) {
      return " " + revisions.keySet().iterator().next();
    }
    List<String> texts = new ArrayList<>();
    revisions.forEach((name, count) -> texts.add("%s (%,d faults)".formatted(name, count)));
    return "s " + String.join(", ", texts);
  }

  private static String words(Map<Integer, Integer> workers) {
    List<String> words = new ArrayList<>();
    workers.forEach((count, times) -> words.add("%d in %,d".formatted(count, times)));
    return String.join(", ", words);
  }

  private static void matrix(
      StringBuilder text,
      String head,
      Collection<String> columns,
      Map<String, Map<String, Integer>> rows) {
    text.append("| %s | %s |%n".formatted(head, String.join(" | ", columns)));
    text.append("|---|").append("---:|".repeat(columns.size())).append("\n");
    rows.forEach(
        (name, counts) -> {
          text.append("| ").append(name).append(" |");
          columns.forEach(column -> text.append(" %d |".formatted(counts.getOrDefault(column, 0))));
          text.append("\n");
        });
  }
}
