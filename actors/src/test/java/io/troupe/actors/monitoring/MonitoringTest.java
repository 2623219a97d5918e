package io.troupe.actors.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.javadsl.Behaviors;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.exporter.common.TextFormat;
import io.troupe.actors.control.RunHttpServer;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsLoader;
import io.troupe.models.training.StepResult;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a daemon against what is asked of them in config/monitoring. */
@Tag("protocol")
class MonitoringTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Path MONITORING = Path.of("..", "config", "monitoring");
  private static final Pattern METRIC = Pattern.compile("\\b(?:troupe|jvm|process)_\\w+");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_][a-zA-Z0-9_]*)(\\{(?:\\w+=\"(?:[^\"\\\\]|\\\\.)*\",?)*\\})? ([-+0-9.eEIinfNa]+)");
  private static final List<String> STATES = List.of("running", "failed");

  private static RunMetrics metrics;
  private static RunHttpServer face;

  @BeforeAll
  static void exportEverything(@TempDir Path directory) throws Exception {
    metrics = new RunMetrics("1.0", "CpuBackend", STATES);
    metrics.state("running", STATES);
    metrics.run("demo-2", "demo", "shapes", "1.0");
    metrics.stepCompleted(
        new StepResult(3, 1.5, -0.5, 0.25, -0.25, 0.75, 0.5, Double.NaN, 0.5, 0.25, Map.of(), 2, 1),
        1,
        64,
        3.5,
        .1,
        .2,
        .3);
    metrics.readyBatches(2);
    metrics.emaStep(3);
    metrics.scores(2, Map.of("fd_random", 12.5));
    metrics.evaluated(4);
    metrics.gridWritten(0.5);
    metrics.checkpointSaved(2, 1000, 0.5);
    metrics.restarted("sampler");
    metrics.pool("batch", 4, () -> 3);
    metrics.helperFailed("journal");
    metrics.collapse("logits-equal", true);
    metrics.journal(3, 2);
    KIT.spawn(Behaviors.ignore(), "metered", MailboxSelector.fromConfig("troupe.metered-mailbox"));
    // The control server adds a metric of its own.
    face =
        RunHttpServer.start(
            SettingsLoader.load("demo", List.of(), List.of("control.port=0")).control(),
            Duration.ZERO,
            new RunDirectory(directory),
            "test",
            metrics.registry());
  }

  @AfterAll
  static void shutDown() {
    face.close();
    ActorTestKit.shutdown(KIT.system());
  }

  private static List<MetricFamilySamples> families() {
    return Collections.list(metrics.registry().metricFamilySamples());
  }

  private static String exported() throws IOException {
    StringWriter text = new StringWriter();
    TextFormat.write004(text, metrics.registry().metricFamilySamples());
    return text.toString();
  }

  private static Set<String> namesIn(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = METRIC.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }

  private static String textOf(Path folder, String... endings) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (List.of(endings).stream().anyMatch(file.toString()::endsWith)) {
          all.append(Files.readString(file)).append('\n');
        }
      }
      return all.toString();
    }
  }

  @Test
  void everyQueryNamesAnExportedMetric() throws Exception {
    Set<String> exported = new TreeSet<>();
    families().forEach(family -> exported.addAll(List.of(family.getNames())));
    Set<String> queried = namesIn(textOf(MONITORING, ".json", ".yml", ".yaml"));
    assertThat(queried)
        .contains("troupe_step", "jvm_memory_bytes_used", "process_cpu_seconds_total");
    assertThat(exported).containsAll(queried);
  }

  @Test
  void everySettingThatIsNamedExists() throws Exception {
    Set<String> keys = new TreeSet<>();
    String settings = SettingsLoader.render(SettingsLoader.load("demo", List.of(), List.of()));
    for (String line : settings.lines().toList()) {
      if (line.contains(" = ")) {
        keys.add(line.substring(0, line.indexOf(' ')));
      }
    }
    keys.add("control.token");
    String text =
        textOf(MONITORING, ".yml", ".md")
            + textOf(Path.of("..", "docs"), ".md")
            + Files.readString(Path.of("..", "README.md"));
    String sections =
        keys.stream()
            .filter(key -> key.contains("."))
            .map(key -> key.substring(0, key.indexOf('.')))
            .distinct()
            .collect(Collectors.joining("|"));
    Matcher named =
        Pattern.compile("(?<![\\w/.])(" + sections + ")\\.(?!(?:md|json)\\b)[a-z][\\w.-]*\\w")
            .matcher(text);
    Set<String> found = new TreeSet<>();
    while (named.find()) {
      found.add(named.group());
    }
    assertThat(found).contains("supervision.max-rollbacks", "control.host");
    assertThat(found)
        .allSatisfy(
            name ->
                assertThat(keys)
                    .as(name)
                    .anyMatch(key -> key.equals(name) || key.startsWith(name + ".")));
  }

  @Test
  void everyExportedMetricIsShownOrDocumented() throws Exception {
    String known = textOf(MONITORING, ".json", "alerts.yml", ".md");
    Set<String> named = namesIn(known);
    List<String> unknown =
        families().stream()
            .filter(family -> family.name.startsWith("troupe_"))
            .filter(family -> Stream.of(family.getNames()).noneMatch(named::contains))
            .map(family -> family.name)
            .toList();
    assertThat(unknown).isEmpty();
  }

  @Test
  void everyMetricHasHelpATypeAndAValidName() throws Exception {
    Map<String, String> types = new HashMap<>();
    List<String> samples = new ArrayList<>();
    String helped = "";
    for (String line : exported().lines().toList()) {
      String[] words = line.split(" ", 4);
      if (line.startsWith("# HELP ")) {
        assertThat(words).as(line).hasSize(4);
        helped = words[2];
      } else if (line.startsWith("# TYPE ")) {
        assertThat(words[2]).as("HELP comes before TYPE").isEqualTo(helped);
        assertThat(types.put(words[2], words[3])).as("%s has one type", words[2]).isNull();
      } else {
        samples.add(line);
      }
    }
    assertThat(samples).isNotEmpty();
    for (String line : samples) {
      Matcher sample = SAMPLE.matcher(line);
      assertThat(sample.matches()).as(line).isTrue();
      String name = sample.group(1);
      String family = types.containsKey(name) ? name : name.replaceFirst("_[a-z]+$", "");
      assertThat(types).as(line).containsKey(family);
      if (!family.equals(name)) {
        assertThat(types.get(family)).as(line).isIn("histogram", "summary");
      }
    }
    types.forEach(
        (name, type) -> {
          assertThat(type).isIn("counter", "gauge", "histogram", "summary", "unknown");
          assertThat(name.endsWith("_total")).as(name).isEqualTo(type.equals("counter"));
        });
  }

  @Test
  void valuesArriveAsTheyWereGiven() throws Exception {
    assertThat(exported().lines())
        .contains(
            "troupe_step 3.0",
            "troupe_images_total 64.0",
            "troupe_loss{network=\"generator\",} -0.5",
            "troupe_discriminator_logit{pictures=\"real\",} 0.25",
            "troupe_phase_seconds_total{phase=\"discriminator\",} 2.0",
            "troupe_score{metric=\"fd_random\",better=\"lower\",} 12.5",
            "troupe_run_state{state=\"running\",} 1.0",
            "troupe_run_state{state=\"failed\",} 0.0",
            "troupe_checkpoint_bytes 1000.0",
            "troupe_helper_failing{helper=\"journal\",} 1.0",
            "troupe_helper_failures_total{helper=\"journal\",} 1.0",
            "troupe_journal_waiting_events 3.0",
            "troupe_journal_lost_events_total 2.0",
            "troupe_mailbox_size{actor=\"metered\",} 0.0",
            "troupe_actor_messages_total{actor=\"metered\",} 0.0",
            "troupe_pool_buffers{pool=\"batch\",} 4.0",
            "troupe_pool_lent_buffers{pool=\"batch\",} 1.0",
            "troupe_build_info{version=\"1.0\",backend=\"CpuBackend\",} 1.0",
            "troupe_run_info{run=\"demo-2\",preset=\"demo\",dataset=\"shapes\",version=\"1.0\",} 1.0");
  }

  @Test
  void requestsAreCountedFromTheStart() throws Exception {
    assertThat(exported().lines())
        .contains(
            "troupe_control_requests_total{route=\"/api/v1/status\",code=\"200\",} 0.0",
            "troupe_control_requests_total{route=\"/metrics\",code=\"200\",} 0.0");
  }

  /** Against what Linux itself says of the machine and of this process's container. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void theLimitOfOffHeapMemoryIsReal() throws Exception {
    long memory =
        Files.readAllLines(Path.of("/proc/meminfo")).stream()
            .filter(line -> line.startsWith("MemTotal:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
            .findFirst()
            .orElseThrow();
    for (String file : List.of("memory.max", "memory/memory.limit_in_bytes")) {
      Path limit = Path.of("/sys/fs/cgroup", file);
      if (Files.isReadable(limit) && Files.readString(limit).strip().matches("\\d{1,18}")) {
        memory = Math.min(memory, Long.parseLong(Files.readString(limit).strip()));
      }
    }
    double limit = metrics.registry().getSampleValue("troupe_offheap_limit_bytes");
    assertThat(limit)
        .isBetween((double) memory - Runtime.getRuntime().maxMemory(), (double) memory);
    assertThat(metrics.registry().getSampleValue("troupe_offheap_bytes")).isLessThan(limit);
  }

  @Test
  void theReferenceIsWhatIsExported() throws Exception {
    Path made = Path.of("target", "metrics-reference.md");
    Files.writeString(made, reference());
    assertThat(Path.of("..", "docs", "metrics-reference.md"))
        .as("made of what is exported: cp actors/%s docs/", made)
        .hasContent(reference());
  }

  private static String reference() {
    StringBuilder text =
        new StringBuilder(
            """
            # Metrics

            What a daemon exports at `/metrics`, beside the Prometheus client's own metrics of the JVM and the process (`jvm_*`,
            `process_*`). [Monitoring](../config/monitoring/README.md) says how to use them.

            | metric | type | labels | what it is |
            |---|---|---|---|
            """);
    families().stream()
        .filter(family -> family.name.startsWith("troupe_"))
        .sorted(Comparator.comparing(family -> family.name))
        .forEach(
            family -> {
              String labels =
                  family.samples.get(0).labelNames.stream()
                      .filter(label -> !label.equals("le"))
                      .map("`%s`"::formatted)
                      .collect(Collectors.joining(", "));
              boolean counter = family.type == Collector.Type.COUNTER;
              text.append(
                  "| `%s` | %s | %s | %s |\n"
                      .formatted(
                          family.name + (counter ? "_total" : ""),
                          family.type.name().toLowerCase(Locale.ROOT),
                          labels,
                          family.help));
            });
    return text.toString();
  }

  @Test
  void everyAlertHasATest() throws Exception {
    Matcher alert =
        Pattern.compile("- alert: (\\w+)")
            .matcher(Files.readString(MONITORING.resolve("alerts.yml")));
    List<String> alerts = alert.results().map(found -> found.group(1)).toList();
    assertThat(alerts).hasSizeGreaterThan(10);
    String tests = Files.readString(MONITORING.resolve("alerts_test.yml"));
    assertThat(alerts).allSatisfy(name -> assertThat(tests).contains("alertname: " + name));
  }

  @Test
  void livingDaemonsAreTargetsWithTheirRunsNames(@TempDir Path runs) throws Exception {
    run(runs.resolve("a \"quoted\" run"), "http://127.0.0.1:8087", ProcessHandle.current().pid());
    run(runs.resolve("sweep/b"), "https://[::1]:41000", ProcessHandle.current().pid());
    run(runs.resolve("ended"), "http://127.0.0.1:8088", Long.MAX_VALUE);
    Path list = runs.resolve("targets.json");
    Process script =
        new ProcessBuilder(
                MONITORING.resolve("targets").toString(), runs.toString(), list.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(script.getInputStream().readAllBytes(), UTF_8);
    assertThat(script.waitFor()).as(output).isZero();
    assertThat(new ObjectMapper().readTree(list.toFile()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    [
                      {"targets": ["127.0.0.1:8087"], "labels": {"run": "a \\"quoted\\" run"}},
                      {"targets": ["[::1]:41000"], "labels": {"run": "b", "__scheme__": "https"}}
                    ]
                    """));
  }

  private static void run(Path folder, String url, long pid) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("daemon.url"), url + "\n");
    Files.writeString(folder.resolve("daemon.pid"), pid + "\n");
  }

  @Test
  void theRulesAndTheirTestsAreSound() throws Exception {
    Promtool.assumeThere();
    Promtool.run("", "check", "config", MONITORING.resolve("prometheus.yml").toString());
    Promtool.run("", "test", "rules", MONITORING.resolve("alerts_test.yml").toString());
  }

  @Test
  void promtoolFindsNoFault() throws Exception {
    Promtool.assumeThere();
    Promtool.run(exported(), "check", "metrics");
  }
}
