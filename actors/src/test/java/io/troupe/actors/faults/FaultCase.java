package io.troupe.actors.faults;

import io.troupe.actors.faults.Fault.Kind;
import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A run that is disturbed again and again, and then left alone until it ends. */
final class FaultCase {
  private static final int SIGKILL = 137;
  private static final int SIGTERM = 143;
  private static final int BAD_USAGE = 2;
  private static final int MOST_DISTURBED = 7;
  private static final int MOST_UNDISTURBED = 4;
  private static final int DEADLINE_SECONDS = 600;

  /** How a daemon's watchdog ends it whose timers died of too little memory. */
  private static final int NO_TIMERS = 75;

  private static final String WENT_ON = "\"event\":\"resumed\"";

  /** How errors are said: by the C library, and by what Java makes of them. */
  private static final Map<Kind, List<String>> WORDS =
      Map.of(
          Kind.DISK_FULL, List.of("No space left on device"),
          Kind.IO_ERROR, List.of("Input/output error", "EIO"),
          Kind.NO_PERMISSION, List.of("Permission denied", "AccessDenied", "no permission"));

  private final Scenario scenario;
  private final Reference reference;
  private final Daemons daemons;
  private final Path home;
  private final Path run;
  private final Random random;
  private final FaultPlan plan;
  private final List<Fault> faults = new ArrayList<>();
  private final List<String> differences = new ArrayList<>();
  private final List<Integer> workers = new ArrayList<>();
  private boolean damagedJournal;
  private boolean damagedBefore;
  private Optional<byte[]> settingsBefore = Optional.empty();
  private int visited;

  FaultCase(
      Scenario scenario,
      Reference reference,
      Daemons daemons,
      Path home,
      Random random,
      Map<String, Integer> done) {
    this.scenario = scenario;
    this.reference = reference;
    this.daemons = daemons;
    this.home = home;
    run = home.resolve("run");
    this.random = random;
    plan = new FaultPlan(random, reference.calls(), done);
  }

  /** What was done to the run. */
  List<Fault> faults() {
    return faults;
  }

  /** Workers of each of its daemons. */
  List<Integer> workers() {
    return workers;
  }

  /** How many of its daemons were given commands meanwhile. */
  int visited() {
    return visited;
  }

  /** Runs it; in what it differs from what it has to be. */
  List<String> differences() throws IOException, InterruptedException {
    Files.createDirectories(home);
    scenario.prepare(home);
    int disturbed = 1 + random.nextInt(MOST_DISTURBED);
    boolean complete = false;
    for (int life = 0; life < disturbed && !complete; life++) {
      complete = live(life, true);
      if (!complete && random.nextInt(3) == 0) {
        damage();
      }
    }
    for (int life = 0; life < MOST_UNDISTURBED && !complete; life++) {
      complete = live(MOST_DISTURBED + life, false);
    }
    if (complete) {
      differences.addAll(RunTruth.differences(home, reference, damagedJournal));
    } else {
      differences.add("the run does not come to its end");
    }
    return differences;
  }

  private void damage() throws IOException {
    RunDirectory directory = new RunDirectory(run);
    Optional<byte[]> settings =
        Files.exists(directory.config())
            ? Optional.of(Files.readAllBytes(directory.config()))
            : Optional.empty();
    Optional<Fault> damage = new Damage(home, random).any();
    if (damage.isPresent()) {
      faults.add(damage.get());
      damagedBefore = true;
      damagedJournal |= damage.get().pattern().endsWith("events.jsonl");
      if (damage.get().pattern().endsWith("config.conf") && settingsBefore.isEmpty()) {
        settingsBefore = settings;
      }
    }
  }

  /** One daemon, from its start to its end; whether the run is complete. */
  private boolean live(int life, boolean disturb) throws IOException, InterruptedException {
    List<Fault> planned = disturb ? plan.atCalls() : List.of();
    List<String> memory = List.of();
    boolean scarce = disturb && random.nextInt(15) == 0;
    if (scarce) {
      memory =
          random.nextBoolean()
              ? List.of("-Xmx" + (16 + random.nextInt(32)) + "m")
              : List.of("-Dorg.bytedeco.javacpp.maxbytes=" + (1 + random.nextInt(40)) + "m");
      faults.add(Fault.of(Kind.MEMORY, ""));
    }
    Path output = home.resolveSibling(home.getFileName() + "-" + life + ".out");
    Path log = home.resolveSibling(home.getFileName() + "-" + life + ".calls");
    RunDirectory directory = new RunDirectory(run);
    long logged = size(directory.log());
    long journalled = size(directory.events());
    Process process = daemons.start(home, arguments(), memory, planned, output, log, false);
    boolean killed = false;
    boolean terminated = false;
    boolean away = false;
    boolean visit = disturb && random.nextInt(3) == 0;
    try (Visitor visitor = visit ? new Visitor(process, run, random.nextLong()) : null) {
      visited += visitor == null ? 0 : 1;
      if (disturb && planned.stream().noneMatch(f -> f.kind().isKill()) && random.nextInt(4) > 0) {
        if (!process.waitFor(moment(), TimeUnit.MILLISECONDS)) {
          if (random.nextInt(3) == 0) {
            terminated = true;
            faults.add(Fault.of(Kind.TERM, ""));
            process.destroy();
          } else {
            killed = true;
            faults.add(Fault.of(Kind.KILL, ""));
            process.destroyForcibly();
          }
        }
      } else if (disturb && scenario.readsAllTheTime() && random.nextInt(3) > 0) {
        away = true;
        faults.add(Fault.of(Kind.DATASET_AWAY, "pictures"));
        process.waitFor(moment(), TimeUnit.MILLISECONDS);
        Files.move(home.resolve("pictures"), home.resolve("away"));
        process.waitFor(2000L, TimeUnit.MILLISECONDS);
        Files.move(home.resolve("away"), home.resolve("pictures"));
      }
      if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        differences.add("daemon %d did not end in %d s".formatted(life, DEADLINE_SECONDS));
        killed = true;
        process.destroyForcibly().waitFor();
      }
    }
    List<Fault> hit = hit(log, planned);
    faults.addAll(hit);
    killed |= hit.stream().anyMatch(fault -> fault.kind().isKill());
    terminated |= hit.stream().anyMatch(fault -> fault.kind() == Kind.TERM_AT_CALL);
    boolean excused =
        scarce || away || damagedBefore || hit.stream().anyMatch(f -> f.kind().isError());
    if (!scarce || process.exitValue() != NO_TIMERS) {
      check(life, process.exitValue(), killed, terminated, excused, output);
    }
    String told =
        Files.readString(output)
            + tail(directory.log(), logged)
            + tail(directory.events(), journalled);
    if (process.exitValue() < SIGKILL) {
      checkTold(life, hit, told);
    }
    if (process.exitValue() == BAD_USAGE && settingsBefore.isPresent()) {
      // As whoever keeps the machine does who reads that the file is damaged.
      Files.write(directory.config(), settingsBefore.get());
      settingsBefore = Optional.empty();
    }
    if (process.exitValue() == 0 || told.contains(WENT_ON)) {
      // It has read all that was damaged, and written the settings anew.
      damagedBefore = false;
      settingsBefore = Optional.empty();
    }
    // What a daemon could not write, its log says; the next one makes up for it.
    return isComplete(directory, process.exitValue())
        && hit.stream().noneMatch(f -> f.kind().isError());
  }

  private long moment() {
    return (long) (random.nextDouble() * 1000 * reference.seconds());
  }

  private List<String> arguments() {
    int some = 1 + random.nextInt(4);
    workers.add(some);
    List<String> arguments =
        new ArrayList<>(List.of("train", "--quiet", "--run-dir", run.toString()));
    arguments.addAll(scenario.options(home));
    arguments.addAll(List.of("--set", "prefetch.workers=" + some));
    return arguments;
  }

  private void check(
      int life, int code, boolean killed, boolean terminated, boolean excused, Path output)
      throws IOException {
    String said = Files.readString(output);
    switch (code) {
      case 0 -> {}
      case SIGKILL -> {
        if (!killed) {
          differences.add("daemon %d was killed, but not by us".formatted(life));
        }
      }
      case SIGTERM -> {
        if (!terminated) {
          differences.add("daemon %d ended as by SIGTERM, which it did not get".formatted(life));
        }
      }
      case 1, BAD_USAGE -> {
        if (!said.contains("troupe: ") || said.contains("internal error")) {
          differences.add("daemon %d ended with %d and said: %s".formatted(life, code, said));
        } else if (!excused) {
          differences.add(
              "daemon %d ended with %d though nothing failed: %s".formatted(life, code, said));
        }
      }
      default -> differences.add("daemon %d ended with %d: %s".formatted(life, code, said));
    }
  }

  /**
   * What failed has to be told; but for a folder that is there already, whose making is tried again
   * by Java, and for warnings whose log failed in the same life.
   */
  private void checkTold(int life, List<Fault> hit, String told) {
    if (hit.stream().anyMatch(fault -> fault.pattern().endsWith("daemon.log"))) {
      return;
    }
    for (Fault fault : hit) {
      List<String> words = WORDS.getOrDefault(fault.kind(), List.of());
      if (!words.isEmpty()
          && !fault.call().equals("mkdir")
          && (!fault.reads() || fault.pattern().endsWith(".ckpt"))
          && words.stream().noneMatch(told::contains)) {
        differences.add(
            "daemon %d said nothing of: %s".formatted(life, fault.instruction().orElse("")));
      }
    }
  }

  private static List<Fault> hit(Path log, List<Fault> planned) throws IOException {
    List<Fault> hit = new ArrayList<>();
    List<Fault> atCalls = planned.stream().filter(f -> f.instruction().isPresent()).toList();
    if (Files.exists(log)) {
      for (String line : Files.readAllLines(log)) {
        hit.add(atCalls.get(Integer.parseInt(line.split(" ", 3)[1])));
      }
    }
    return hit;
  }

  private static boolean isComplete(RunDirectory directory, int code) throws IOException {
    return code == 0
        && Files.exists(
            directory
                .checkpoints()
                .resolve(String.format(Locale.ROOT, "step-%09d.ckpt", Scenario.STEPS)));
  }

  private static long size(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private static String tail(Path file, long from) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    byte[] bytes = Files.readAllBytes(file);
    int start = (int) Math.min(from, bytes.length);
    return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
  }

  /** Keeps all of the case for whoever looks for the cause. */
  void keep(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path parent = home.getParent();
    try (var files = Files.list(parent)) {
      for (Path file :
          files
              .filter(f -> f.getFileName().toString().startsWith(home.getFileName().toString()))
              .toList()) {
        Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
