package io.troupe.actors.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.TinyRun;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A daemon in a process of its own, with the launcher's options, and requests to it. */
final class SoakedDaemon implements AutoCloseable {
  private static final Path SCRIPTS = Path.of("../scripts").toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long MILLIS_BETWEEN = 100;
  private static final String SHELL =
      """
      . "$1/lib/compute.sh"
      troupe_for_computing
      java=$2
      shift 2
      exec "$java" $memory "$@"
      """;

  private static final List<String> SETTINGS =
      List.of(
          "training.steps=1000000000",
          "network.generator-channels=8",
          "network.discriminator-channels=8",
          "evaluation.every=40",
          "sampling.every=25",
          "checkpoints.every=10",
          "checkpoints.best=fid",
          "prefetch.workers=2");

  private final Path run;
  private final Process process;
  private final URI address;

  private SoakedDaemon(Path run, Process process, URI address) {
    this.run = run;
    this.process = process;
    this.address = address;
  }

  /**
   * Starts one, and waits until it answers.
   *
   * @param main the class that is run
   * @param run its folder
   */
  static SoakedDaemon start(Class<?> main, Path run) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "sh",
                "-euc",
                SHELL,
                "soak",
                SCRIPTS.toString(),
                ProcessHandle.current().info().command().orElseThrow(),
                "-Djava.awt.headless=true",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                "-Dorg.bytedeco.javacpp.logger=slf4j",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "train",
                "--plain",
                "--preset=demo",
                "--run-dir=" + run));
    TinyRun.OVERRIDES.forEach(setting -> command.add("--set=" + setting));
    SETTINGS.forEach(setting -> command.add("--set=" + setting));
    Files.createDirectories(run);
    Path output = run.resolveSibling(run.getFileName() + ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Path url = run.resolve("daemon.url");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(url) && process.isAlive() && System.nanoTime() < end) {
      Thread.sleep(MILLIS_BETWEEN);
    }
    assertThat(url).as(Files.readString(output)).exists();
    return new SoakedDaemon(run, process, URI.create(Files.readString(url).strip()));
  }

  Path run() {
    return run;
  }

  /** A request's answer, which is asked for again while the daemon says that it cannot yet. */
  String ask(HttpClient client, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(PATIENCE)
            .method(method, BodyPublishers.ofString(body))
            .build();
    long end = System.nanoTime() + PATIENCE.toNanos();
    do {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() / 100 == 2) {
        return answer.body();
      }
      assertThat(answer.statusCode()).as(method + " " + path + ": " + answer.body()).isIn(503, 409);
      Thread.sleep(MILLIS_BETWEEN);
    } while (System.nanoTime() < end);
    throw new AssertionError(method + " " + path + " was turned away for " + PATIENCE);
  }

  /** Follows the run's events, and leaves after some lines. */
  void follow(HttpClient client, int lines) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(address.resolve("/api/v1/events")).build();
    HttpResponse<Stream<String>> events = client.send(request, BodyHandlers.ofLines());
    try (Stream<String> all = events.body()) {
      assertThat(all.limit(lines).count()).isEqualTo(lines);
    }
  }

  /** What it holds after a garbage collection, as its metrics say. */
  Held held(HttpClient client) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process collection =
        new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(collection.waitFor()).isZero();
    String metrics = ask(client, "GET", "/metrics", "");
    return new Held(
        largest(metrics, "jvm_memory_bytes_used\\{area=\"heap\",?\\}"),
        largest(metrics, "troupe_offheap_bytes"),
        largest(metrics, "troupe_native_array_bytes"),
        largest(metrics, "jvm_threads_current"),
        largest(metrics, "process_open_fds"),
        largest(metrics, "troupe_mailbox_size\\{[^}]*\\}"));
  }

  private static double largest(String metrics, String name) {
    Matcher values = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(metrics);
    return values
        .results()
        .mapToDouble(one -> Double.parseDouble(one.group(1)))
        .max()
        .orElseThrow();
  }

  /** Stops it as a supervisor does, and waits for its last checkpoint. */
  void stop() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
