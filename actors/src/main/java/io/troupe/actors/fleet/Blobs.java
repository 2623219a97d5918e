package io.troupe.actors.fleet;

import akka.actor.typed.ActorSystem;
import akka.stream.Materializer;
import akka.stream.SourceRef;
import akka.stream.SystemMaterializer;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.StreamRefs;
import akka.util.ByteString;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.supervision.HeapSpace;
import io.troupe.actors.supervision.Supervision;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
   * Reads what {@link #lend} lends.
   *
   * @param sha256 of all bytes
   * @return the bytes, or a {@link JobException} if they are others, do not come, or are more than
   *     there is room for
   */
  CompletionStage<JobData> collect(SourceRef<ByteString> lent, int length, String sha256) {
    CompletableFuture<JobData> end = new CompletableFuture<>();
    ByteBuffer bytes;
    try {
      HeapSpace.require(length, "a job of a run");
      bytes = ByteBuffer.allocate(length);
    } catch (IllegalStateException | IllegalArgumentException e) {
      end.completeExceptionally(new JobException(e.getMessage(), e));
      return end;
    }
    lent.getSource()
        .idleTimeout(SILENCE)
        .runForeach(part -> bytes.put(part.asByteBuffer()), materializer)
        .whenComplete(
            (done, failure) -> {
              JobData data = new JobData(bytes.array());
              if (failure != null) {
                end.completeExceptionally(
                    new JobException(
                        "%d of %d bytes came: %s"
                            .formatted(bytes.position(), length, Supervision.describe(failure)),
                        failure));
              } else if (bytes.hasRemaining() || !data.sha256().equals(sha256)) {
                end.completeExceptionally(
                    new JobException(
                        "%d of %d bytes came, or others than were sent"
                            .formatted(bytes.position(), length)));
              } else {
                end.complete(data);
              }
            });
    return end;
  }
}
