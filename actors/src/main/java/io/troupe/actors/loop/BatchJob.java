package io.troupe.actors.loop;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.remote.JobBytes;
import io.troupe.actors.remote.JobException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * A step's batch that another process makes, as bytes.
 *
 * @param settings of the run, as its config.conf has them
 * @param pictures {@link DatasetDigest} of the dataset
 */
record BatchJob(String settings, String pictures, long step) {
  byte[] write() {
    return JobBytes.of(
        Map.of("settings", settings, "pictures", pictures, "step", step), FloatBuffer.allocate(0));
  }

  static BatchJob read(byte[] input) throws JobException {
    JsonNode head = JobBytes.read(input).head();
    return new BatchJob(
        head.path("settings").asText(), head.path("pictures").asText(), head.path("step").asLong());
  }

  static byte[] output(BatchBuffer batch) {
    return JobBytes.of(Map.of("labels", batch.labels()), batch.pixels());
  }

  /**
   * Puts what an output holds into a batch.
   *
   * @param classes of the pictures that the batch's indices name
   * @throws JobException if that is another number of pictures, or of other pictures
   */
  static void copy(byte[] output, BatchBuffer batch, IntUnaryOperator classes) throws JobException {
    JobBytes.Content content = JobBytes.read(output);
    JsonNode labels = content.head().path("labels");
    FloatBuffer pixels = batch.pixels();
    if (labels.size() != batch.labels().length
        || content.floats().remaining() != pixels.capacity()) {
      throw new JobException(
          "%d pictures of %d floats came".formatted(labels.size(), content.floats().remaining()));
    }
    for (int i = 0; i < labels.size(); i++) {
      if (labels.get(i).asInt(-1) != classes.applyAsInt(batch.indices()[i])) {
        throw new JobException("pictures of other classes came");
      }
    }
    Arrays.setAll(batch.labels(), i -> labels.get(i).asInt());
    pixels.put(0, content.floats(), 0, pixels.capacity());
  }
}
