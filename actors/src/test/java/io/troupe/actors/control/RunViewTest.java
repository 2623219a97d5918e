package io.troupe.actors.control;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.history.JournalFixture;
import io.troupe.actors.run.RunLock;
import java.awt.Color;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon's server shows of its own run. */
@Tag("protocol")
final class RunViewTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String RUN = "/api/v1/runs/cats";

  @TempDir private Path folder;
  private JournalFixture run;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    run = new JournalFixture(folder.resolve("cats"));
    run.settings("training.steps=100", "seed=5");
    run.event("started", 0);
    IntStream.rangeClosed(1, 5).forEach(step -> run.after(2).step(step, step));
    run.scores(4, Map.of("fd_cifar", 12.5)).scores(5, Map.of("fd_cifar", 13.5));
    server = new TestServer(KIT, folder.resolve("cats"), Optional.empty());
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> response = server.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    return TestServer.json(response);
  }

  private int status(String path) throws Exception {
    return server.get(path).statusCode();
  }

  @Test
  void theListHasTheOnlyRun() throws Exception {
    JsonNode list = json("/api/v1/runs");

    assertThat(list.get("studio").asBoolean(true)).isFalse();
    assertThat(list.get("folder").asText()).isEqualTo(folder.resolve("cats").toString());
    assertThat(list.get("runs")).hasSize(1);
    JsonNode summary = list.get("runs").get(0);
    assertThat(summary.get("run").asText()).isEqualTo("cats");
    assertThat(summary.get("state").asText()).isEqualTo("gone");
    assertThat(summary.get("state_text").asText()).contains("after step 5");
    assertThat(summary.get("images_per_second").asDouble()).isEqualTo(128);
    assertThat(summary.get("remaining_seconds").isNull()).isTrue();
    assertThat(summary.get("score").toString())
        .isEqualTo(
            "{\"name\":\"fd_cifar\",\"label\":\"FD (cifar)\",\"direction\":\"lower\","
                + "\"newest\":{\"step\":5,\"value\":13.5},\"best\":{\"step\":4,\"value\":12.5}}");
  }

  @Test
  void aRunSaysWhatItsDaemonSays() throws Exception {
    try (RunLock lock = RunLock.tryLock(run.directory()).orElseThrow()) {
      assertThat(lock).isNotNull();
      JsonNode found = json(RUN);

      assertThat(found.get("state").asText()).isEqualTo("running");
      assertThat(found.get("step").asLong()).isEqualTo(12);
      assertThat(found.get("status").get("scores").get("fd_random").asDouble()).isEqualTo(4.25);
      assertThat(found.get("images_per_step").asLong()).isPositive();
      assertThat(found.get("classes")).isEmpty();
      assertThat(found.get("class_rows").asBoolean(true)).isFalse();
      assertThat(found.get("picture_size").isNull()).isTrue();
      assertThat(found.get("settings_summary").get("seed").asLong()).isEqualTo(5);
    }
  }

  @Test
  void curvesAreSentAgainOnlyIfThereIsMore() throws Exception {
    HttpResponse<String> first = server.get(RUN + "/curves?points=3");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    JsonNode curves = TestServer.json(first);

    assertThat(curves.get("step").toString()).isEqualTo("[1,3,5]");
    assertThat(curves.get("rows").asLong()).isEqualTo(5);
    assertThat(curves.get("series").get(0).get("mean").toString()).isEqualTo("[1.0,2.5,4.5]");
    assertThat(curves.get("series").get(0).get("low").toString()).isEqualTo("[1.0,2.0,4.0]");
    HttpResponse<String> again = server.get(RUN + "/curves?points=3", "If-None-Match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    run.step(6, 6);
    assertThat(server.get(RUN + "/curves?points=3", "If-None-Match", tag).statusCode())
        .isEqualTo(200);
    assertThat(json(RUN + "/curves?from_step=2&to_step=3").get("step").toString())
        .isEqualTo("[2,3]");
    assertThat(status(RUN + "/curves?points=many")).isEqualTo(400);
    assertThat(status(RUN + "/curves?from_step=-1")).isEqualTo(400);
  }

  @Test
  void longAnswersAreCompressed() throws Exception {
    IntStream.rangeClosed(6, 300).forEach(step -> run.step(step, step));
    HttpResponse<byte[]> response =
        TestServer.HTTP.send(
            server.request("GET", RUN + "/curves", "", "Accept-Encoding", "gzip"),
            BodyHandlers.ofByteArray());

    assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
  }

  @Test
  void recordsAreShown() throws Exception {
    assertThat(json(RUN + "/events?limit=1").get("events").get(0).get("event").asText())
        .isEqualTo("evaluation-finished");
    assertThat(json(RUN + "/events?kind=step,started&text=STARTED").get("events")).hasSize(1);
    assertThat(json(RUN + "/checkpoints").toString())
        .isEqualTo("{\"checkpoints\":[],\"best\":null,\"labels\":{}}");
    JsonNode setting = json(RUN + "/settings").get("settings").get(0);
    assertThat(setting.get("key").asText()).isEqualTo("seed");
    assertThat(setting.get("default").asLong(-1)).isZero();
    assertThat(json(RUN + "/log").get("text").asText()).isEmpty();
    assertThat(json("/api/v1/compare?run=cats&run=cats").get("runs")).hasSize(2);
    assertThat(status("/api/v1/compare")).isEqualTo(400);
    assertThat(status("/api/v1/compare?run=dogs")).isEqualTo(404);
    assertThat(status("/api/v1/runs/dogs")).isEqualTo(404);
    assertThat(status("/api/v1/runs/..%2Fcats/log")).isGreaterThanOrEqualTo(400);
    assertThat(status(RUN + "/events?limit=0")).isEqualTo(400);
    assertThat(status(RUN + "/log?bytes=9999999999")).isEqualTo(400);
  }

  @Test
  void notesAreWritten() throws Exception {
    HttpResponse<String> response =
        server.send("PUT", RUN + "/notes", "{\"name\":\"Kittens\",\"tags\":[\"a\"]}");

    assertThat(response.body()).isEqualTo("{\"name\":\"Kittens\",\"notes\":\"\",\"tags\":[\"a\"]}");
    assertThat(json(RUN).get("name").asText()).isEqualTo("Kittens");
    for (String wrong : new String[] {"", "[]", "{", "{\"name\":1}", "{\"tags\":[1]}"}) {
      assertThat(server.send("PUT", RUN + "/notes", wrong).statusCode()).as(wrong).isEqualTo(400);
    }
    HttpResponse<String> refused = server.send("PUT", RUN + "/notes", "{\"bogus\":1}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(TestServer.json(refused).get("detail").asText())
        .isEqualTo("\"bogus\": found 1; allowed: name, notes, tags.");
    assertThat(json(RUN).get("name").asText()).isEqualTo("Kittens");
  }

  private Path picture(Path folderOfIt, String name, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics graphics = image.getGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(0, 0, width / 2, height);
    graphics.setColor(Color.BLUE);
    graphics.fillRect(width / 2, 0, width - width / 2, height);
    Path file = Files.createDirectories(folderOfIt).resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private HttpResponse<byte[]> bytes(String path, String... headers) throws Exception {
    return TestServer.HTTP.send(
        server.request("GET", path, "", headers), BodyHandlers.ofByteArray());
  }

  @Test
  void picturesAreSentWholeOrScaled() throws Exception {
    Path file = picture(run.directory().samples(), "step-000000004.png", 640, 200);
    JsonNode grid = json(RUN + "/samples").get("grids").get(0);
    assertThat(grid.get("step").asLong()).isEqualTo(4);
    assertThat(grid.get("bytes").asLong()).isEqualTo(Files.size(file));
    String path = RUN + "/samples/" + grid.get("file").asText();

    HttpResponse<byte[]> whole = bytes(path);
    assertThat(whole.body()).isEqualTo(Files.readAllBytes(file));
    assertThat(whole.headers().firstValue("Content-Type")).hasValue("image/png");
    String tag = whole.headers().firstValue("ETag").orElseThrow();
    assertThat(bytes(path, "If-None-Match", tag).statusCode()).isEqualTo(304);
    assertThat(bytes(path + "?v=1").headers().firstValue("Cache-Control").orElseThrow())
        .contains("immutable");

    BufferedImage small = ImageIO.read(new ByteArrayInputStream(bytes(path + "?width=100").body()));
    assertThat(small.getWidth()).isEqualTo(100);
    assertThat(small.getHeight()).isEqualTo(31);
    assertThat(new Color(small.getRGB(10, 10))).isEqualTo(Color.RED);
    assertThat(new Color(small.getRGB(90, 10))).isEqualTo(Color.BLUE);
    assertThat(bytes(path + "?width=640").body()).isEqualTo(whole.body());
    assertThat(bytes(path + "?width=0").statusCode()).isEqualTo(400);

    // The file is another one now.
    picture(run.directory().samples(), "step-000000004.png", 320, 200);
    assertThat(bytes(path, "If-None-Match", tag).statusCode()).isEqualTo(200);
    assertThat(status(RUN + "/samples/step-000000009.png")).isEqualTo(404);
    assertThat(status(RUN + "/samples/..%2Fconfig.conf")).isGreaterThanOrEqualTo(400);
    Files.writeString(run.directory().samples().resolve("step-000000005.png"), "no picture");
    assertThat(status(RUN + "/samples/step-000000005.png?width=10")).isEqualTo(422);
  }

  @Test
  void requestedPicturesAndPlotsAreListed() throws Exception {
    picture(run.directory().pictures(), "step-000000004-cat.png", 40, 40);
    picture(run.directory().metrics(), "loss.png", 40, 40);

    assertThat(json(RUN + "/pictures").get("pictures").get(0).get("step").asLong()).isEqualTo(4);
    assertThat(bytes(RUN + "/pictures/step-000000004-cat.png").statusCode()).isEqualTo(200);
    assertThat(json(RUN + "/plots").get(0).get("file").asText()).isEqualTo("loss.png");
    assertThat(json("/api/v1/plots")).isEqualTo(json(RUN + "/plots"));
    assertThat(bytes(RUN + "/plots/loss.png?width=20").statusCode()).isEqualTo(200);
    assertThat(bytes("/api/v1/plots/loss.png").statusCode()).isEqualTo(200);
  }
}
