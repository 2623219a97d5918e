package io.troupe.actors.sampling;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.remote.JobBytes;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobSettings;
import io.troupe.config.RunSettings;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GeneratorSampler;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The pictures of a run's grids, which another process makes, as bytes: its input is settings and a
 * generator, its output the pictures, NHWC in [-1, 1].
 *
 * @param count of pictures
 * @param generator its parameters and states
 */
record GridJob(RunSettings settings, ImageSpec spec, int count, FloatBuffer generator) {

  /** Who takes pictures as they are made. */
  interface Target {
    /** Takes {@code length} pictures, of which the first is the {@code first} of all. */
    void take(float[] pictures, int first, int length) throws IOException;
  }

  /** Makes them; picture i is of class i mod classes, so every batch holds all in equal parts. */
  static void make(
      RunSettings settings, GeneratorSampler generator, int classes, int count, Target target)
      throws IOException {
    DrawnLatents latents =
        new DrawnLatents(settings.seed(), OptionalDouble.empty(), OptionalInt.empty(), classes);
    new ImageBatches(generator, settings.network().latentSize(), latents)
        .forEach(count, target::take);
  }

  byte[] write() {
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("settings", JobSettings.text(settings));
    head.put("size", spec.size());
    head.put("channels", spec.channels());
    head.put("classes", spec.classes());
    head.put("count", count);
    return JobBytes.of(head, generator);
  }

  static GridJob read(byte[] input) throws JobException {
    JobBytes.Content content = JobBytes.read(input);
    JsonNode head = content.head();
    return new GridJob(
        JobSettings.of(head.path("settings").asText()),
        new ImageSpec(
            head.path("size").asInt(), head.path("channels").asInt(), head.path("classes").asInt()),
        head.path("count").asInt(),
        content.floats());
  }

  static byte[] output(FloatBuffer pictures) {
    return JobBytes.of(Map.of(), pictures);
  }

  /**
   * The pictures of an output.
   *
   * @param floats that it must have
   */
  static float[] pictures(byte[] output, int floats) throws JobException {
    FloatBuffer buffer = JobBytes.read(output).floats();
    if (buffer.remaining() != floats) {
      throw new JobException("%d floats came for %d".formatted(buffer.remaining(), floats));
    }
    float[] pictures = new float[floats];
    buffer.get(pictures);
    return pictures;
  }
}
