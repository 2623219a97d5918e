package io.troupe.actors.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.remote.JobBytes;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An evaluation that another process does, as bytes.
 *
 * @param settings of the run, as its config.conf has them
 * @param identity of what is compared with, {@link Reference#identity}
 * @param average the generator
 */
record EvaluationJob(String settings, String identity, long step, FloatBuffer average) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What it comes to.
   *
   * @param plot a PNG file; empty if there is none
   */
  record Output(Evaluation.Result result, JobData plot) {
    byte[] write() {
      Map<String, Object> head = new LinkedHashMap<>();
      head.put("scores", result.scores());
      head.put("protocol", result.protocol());
      head.put("diversity", result.diversity());
      head.put("plot_failure", result.plotFailure().orElse(""));
      head.put("plot", plot.bytes());
      return JobBytes.of(head, FloatBuffer.allocate(0));
    }
  }

  byte[] write() {
    return JobBytes.of(Map.of("settings", settings, "identity", identity, "step", step), average);
  }

  static EvaluationJob read(byte[] input) throws JobException {
    JobBytes.Content content = JobBytes.read(input);
    return new EvaluationJob(
        content.head().path("settings").asText(),
        content.head().path("identity").asText(),
        content.head().path("step").asLong(),
        content.floats());
  }

  static Output output(byte[] output) throws JobException {
    JsonNode head = JobBytes.read(output).head();
    try {
      String failure = head.path("plot_failure").asText();
      return new Output(
          new Evaluation.Result(
              numbers(head.path("scores")),
              objects(head.path("protocol")),
              List.of(JSON.treeToValue(head.path("diversity"), Double[].class)),
              failure.isEmpty() ? Optional.empty() : Optional.of(failure)),
          new JobData(head.path("plot").binaryValue()));
    } catch (IOException | NullPointerException e) {
      throw new JobException("the scores of another node cannot be read: " + e, e);
    }
  }

  private static Map<String, Double> numbers(JsonNode json) throws IOException {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      numbers.put(member.getKey(), JSON.treeToValue(member.getValue(), Double.class));
    }
    return numbers;
  }

  private static Map<String, Object> objects(JsonNode json) throws IOException {
    Map<String, Object> objects = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      objects.put(member.getKey(), JSON.treeToValue(member.getValue(), Object.class));
    }
    return objects;
  }
}
