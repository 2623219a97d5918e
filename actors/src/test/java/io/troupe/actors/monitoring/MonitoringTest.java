package io.troupe.actors.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.javadsl.Behaviors;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.exporter.common.TextFormat;
import io.troupe.actors.RunDirectory;
import io.troupe.actors.control.HttpFace;
import io.troupe.config.SettingsLoader;
import io.troupe.models.training.StepResult;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a daemon against what is asked of them in config/monitoring. */
class MonitoringTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Path MONITORING = Path.of("..", "config", "monitoring");
  private static final Pattern METRIC = Pattern.compile("\\b(?:troupe|jvm|process)_\\w+");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)(\\{[^}]*\\})? ([-+0-9.eEIinfNa]+)");
  private static final List<String> STATES = List.of("running", "failed");

  private static RunMetrics metrics;
  private static HttpFace face;

  @BeforeAll
  static void exportEverything(@TempDir Path directory) throws Exception {
    metrics = new RunMetrics("1.0", "CpuBackend", STATES);
    metrics.state("running", STATES);
    metrics.stepCompleted(
        new StepResult(3, 1.5, -0.5, 0.25, -0.25, Double.NaN, Double.NaN, Double.NaN, 2, 1),
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
    metrics.helperFailed("journal");
    metrics.journal(3, 2);
    KIT.spawn(Behaviors.ignore(), "metered", MailboxSelector.fromConfig("troupe.metered-mailbox"));
    // The control server adds a metric of its own.
    face =
        HttpFace.start(
            SettingsLoader.load("demo", List.of(), List.of("control.port=0")).control(),
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
        Pattern.compile("(?<![\\w/.])(" + sections + ")\\.(?!md\\b)[a-z][\\w.-]*\\w").matcher(text);
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
    String known =
        textOf(MONITORING, ".json", "alerts.yml", ".md") + textOf(Path.of("..", "docs"), ".md");
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
            "troupe_score{metric=\"fd_random\",} 12.5",
            "troupe_run_state{state=\"running\",} 1.0",
            "troupe_run_state{state=\"failed\",} 0.0",
            "troupe_checkpoint_bytes 1000.0",
            "troupe_helper_failing{helper=\"journal\",} 1.0",
            "troupe_helper_failures_total{helper=\"journal\",} 1.0",
            "troupe_journal_waiting_events 3.0",
            "troupe_journal_lost_events_total 2.0",
            "troupe_mailbox_size{actor=\"metered\",} 0.0",
            "troupe_build_info{version=\"1.0\",backend=\"CpuBackend\",} 1.0");
  }

  @Test
  void theRulesAndTheirTestsAreSound() throws Exception {
    assumePromtool();
    promtool("", "check", "rules", MONITORING.resolve("alerts.yml").toString());
    promtool("", "test", "rules", MONITORING.resolve("alerts_test.yml").toString());
  }

  @Test
  void promtoolFindsNoFault() throws Exception {
    assumePromtool();
    promtool(exported(), "check", "metrics");
  }

  private static void assumePromtool() {
    boolean present =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    assumeTrue(present, "promtool (Debian: prometheus) is not on the path");
  }

  private static void promtool(String input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
