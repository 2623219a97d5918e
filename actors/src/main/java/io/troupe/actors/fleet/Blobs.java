package io.troupe.actors.fleet;

import akka.actor.typed.ActorSystem;
import akka.stream.Materializer;
import akka.stream.SourceRef;
import akka.stream.SystemMaterializer;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.StreamRefs;
import akka.util.ByteString;
import io.troupe.actors.remote.JobData;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Bytes that go from node to node in parts that are far smaller than a frame, as fast as the
 * receiver takes them. They are on the way of large messages, so that others do not wait for them.
 */
final class Blobs {
  /** Bytes of a part. */
  static final int PART = 64 << 10;

  private static final Duration SILENCE = Duration.ofSeconds(15);

  private final Materializer materializer;

  Blobs(ActorSystem<?> system) {
    materializer = SystemMaterializer.get(system).materializer();
  }

  /** Lends bytes to one receiver, who must begin to read them within half a minute. */
  SourceRef<ByteString> lend(JobData data) {
    byte[] bytes = data.bytes();
    int parts = (bytes.length + PART - 1) / PART;
    return Source.range(0, parts - 1)
        .map(
            part ->
                ByteString.fromArrayUnsafe(
                    bytes, part * PART, Math.min(PART, bytes.length - part * PART)))
        .runWith(StreamRefs.sourceRef(), materializer);
  }

  /**
   * Reads what {@link #lend} lends; fails if it is not what it should be, or does not come.
   *
   * @param sha256 of all bytes
   */
  CompletionStage<JobData> collect(SourceRef<ByteString> lent, int length, String sha256) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    return lent.getSource()
        .idleTimeout(SILENCE)
        .runForeach(part -> bytes.put(part.asByteBuffer()), materializer)
        .thenApply(
            done -> {
              JobData data = new JobData(bytes.array());
              if (bytes.hasRemaining() || !data.sha256().equals(sha256)) {
                throw new IllegalStateException(
                    "%d of %d bytes came, or others than were sent"
                        .formatted(bytes.position(), length));
              }
              return data;
            });
  }
}
