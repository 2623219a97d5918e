package io.troupe.actors.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Disturbs tiny runs for hours, and writes what became of each as a line of a file. Started again
 * with the same file it goes on.
 */
final class FaultCampaign {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of the program, as whoever starts the campaign says. */
  private static final String REVISION = System.getProperty("faults.revision", "unknown");

  private final Path folder;
  private final Path results;
  private final Daemons daemons;
  private final Map<String, Reference> references = new HashMap<>();
  private final Map<String, Integer> done = new HashMap<>();
  private final List<Scenario> scenarios;
  private long cases;
  private int faults;
  private final List<String> differences = new ArrayList<>();

  private FaultCampaign(Path folder, List<Scenario> scenarios)
      throws IOException, InterruptedException {
    this.folder = folder;
    this.scenarios = scenarios;
    results = folder.resolve("results.jsonl");
    daemons = Daemons.of(folder.resolve("program"));
    if (Files.exists(results)) {
      for (String line : Files.readAllLines(results)) {
        JsonNode result = JSON.readTree(line);
        cases = Math.max(cases, result.get("case").asLong());
        for (JsonNode fault : result.get("faults")) {
          String point = fault.get("call").asText() + " " + fault.get("files").asText();
          done.merge(fault.get("kind").asText() + " " + point, 1, Integer::sum);
        }
      }
    }
  }

  /** What a campaign came to. */
  record Outcome(int faults, List<String> differences) {}

  /**
   * Runs cases.
   *
   * @param folder keeps the results, and all of each case with a difference
   * @param time after which no further case begins
   * @param mostFaults after which no further case begins
   */
  static Outcome run(Path folder, List<Scenario> scenarios, Duration time, int mostFaults)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    FaultCampaign campaign = new FaultCampaign(folder.toRealPath(), scenarios);
    Instant end = Instant.now().plus(time);
    while (Instant.now().isBefore(end) && campaign.faults < mostFaults) {
      campaign.next();
      Files.writeString(folder.resolve("table.md"), FaultTable.of(campaign.results));
    }
    return new Outcome(campaign.faults, campaign.differences);
  }

  private void next() throws IOException, InterruptedException {
    cases++;
    Scenario scenario = scenarios.get((int) (cases % scenarios.size()));
    Reference reference = references.get(scenario.name());
    long start = System.nanoTime();
    if (reference == null) {
      Path home = folder.resolve("reference-" + scenario.name());
      delete(home);
      reference = Reference.of(scenario, daemons, home);
      references.put(scenario.name(), reference);
    }
    Path home = folder.resolve("case-" + cases);
    delete(home);
    FaultCase disturbed =
        new FaultCase(scenario, reference, daemons, home, new Random(cases), done);
    List<String> found = differences(disturbed);
    if (!found.isEmpty()) {
      disturbed.keep(folder.resolve("differing").resolve("case-" + cases));
    }
    write(scenario, disturbed, found, (System.nanoTime() - start) * 1e-9);
    try (var files = Files.list(folder)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("case-" + cases)).toList()) {
        delete(file);
      }
    }
    faults += disturbed.faults().size();
    found.forEach(text -> differences.add("case %d: %s".formatted(cases, text)));
    System.out.printf(
        "%s case %d, %s: %d faults, %d daemons%s%n",
        Instant.now(),
        cases,
        scenario.name(),
        disturbed.faults().size(),
        disturbed.workers().size(),
        found.isEmpty() ? "" : "; DIFFERS: " + found);
  }

  /** What a check that fails itself says counts as a difference. */
  private static List<String> differences(FaultCase disturbed) throws InterruptedException {
    try {
      return disturbed.differences();
    } catch (IOException | RuntimeException e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      return List.of("the check failed: " + trace);
    }
  }

  private void write(Scenario scenario, FaultCase disturbed, List<String> found, double seconds)
      throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put("case", cases);
    line.put("time", Instant.now().toString());
    line.put("machine", Machine.text());
    Machine.load().ifPresent(load -> line.put("load", load));
    line.put("revision", REVISION);
    line.put("preset", scenario.preset());
    line.put("family", scenario.family());
    line.put("precision", scenario.mixed() ? "mixed" : "float32");
    line.put("seconds", seconds);
    line.put("commanded", disturbed.visited());
    ArrayNode workers = line.putArray("workers");
    disturbed.workers().forEach(workers::add);
    ArrayNode faultList = line.putArray("faults");
    for (Fault fault : disturbed.faults()) {
      ObjectNode entry = faultList.addObject();
      entry.put("kind", fault.kind().name());
      entry.put("call", fault.call());
      entry.put("files", fault.pattern());
      fault.instruction().ifPresent(text -> entry.put("instruction", text));
    }
    ArrayNode differing = line.putArray("differences");
    found.forEach(differing::add);
    Files.writeString(
        results,
        JSON.writeValueAsString(line) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
