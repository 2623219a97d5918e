package io.troupe.actors.remote;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleConsumer;

/** Hands a run's jobs to the node that began the run's process, by HTTP on this machine. */
public final class NodeJobs implements RemoteJobs {
  /** Where the node takes jobs. */
  public static final String URL_VARIABLE = "TROUPE_JOBS_URL";

  /** What its requests must bear. */
  public static final String TOKEN_VARIABLE = "TROUPE_JOBS_TOKEN";

  /** Of an answer: where the job was done. */
  public static final String NODE_HEADER = "Troupe-Node";

  /** Of an answer: the SHA-256 of its body. */
  public static final String SHA256_HEADER = "Troupe-SHA256";

  /** Status of an answer: all have too much to do. */
  public static final int BUSY = 503;

  private static final Duration SOON = Duration.ofSeconds(2);

  /** Longer than the node lets one wait. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private final URI base;
  private final String token;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(SOON).build();

  /**
   * Jobs by a node.
   *
   * @param base where it takes them
   */
  public NodeJobs(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  /** Those of the node that began this process, if one did. */
  public static Optional<RemoteJobs> of(Map<String, String> environment) {
    String url = environment.getOrDefault(URL_VARIABLE, "");
    String token = environment.getOrDefault(TOKEN_VARIABLE, "");
    return url.isEmpty() || token.isEmpty()
        ? Optional.empty()
        : Optional.of(new NodeJobs(URI.create(url), token));
  }

  private HttpRequest.Builder request(String path, Duration patience) {
    return HttpRequest.newBuilder(base.resolve(path))
        .timeout(patience)
        .header("Authorization", "Bearer " + token);
  }

  @Override
  public boolean take(JobKind kind) {
    try {
      HttpResponse<Void> answer =
          client.send(
              request("/kinds/" + kind.label(), SOON).GET().build(), BodyHandlers.discarding());
      return answer.statusCode() == OK;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public Job begin(JobKind kind, long step, byte[] input, DoubleConsumer progress) {
    JobData data = new JobData(input);
    Handed job = new Handed("/jobs/" + UUID.randomUUID(), progress);
    HttpRequest begin =
        request("%s?kind=%s&step=%d".formatted(job.path, kind.label(), step), PATIENCE)
            .header(SHA256_HEADER, data.sha256())
            .POST(BodyPublishers.ofByteArray(input))
            .build();
    job.send(begin);
    return job;
  }

  /** A job at the node, which is asked for it again and again until it has ended. */
  private final class Handed implements Job {
    private final String path;
    private final DoubleConsumer progress;
    private final CompletableFuture<Done> end = new CompletableFuture<>();

    Handed(String path, DoubleConsumer progress) {
      this.path = path;
      this.progress = progress;
    }

    @Override
    public CompletionStage<Done> end() {
      return end;
    }

    @Override
    public void withdraw() {
      if (end.completeExceptionally(new JobException("it was withdrawn"))) {
        // Without an answer the node withdraws it by itself, as nobody asks for it any more.
        CompletableFuture<?> unused =
            client.sendAsync(request(path, SOON).DELETE().build(), BodyHandlers.discarding());
      }
    }

    private void send(HttpRequest request) {
      CompletableFuture<?> unused =
          client
              .sendAsync(request, BodyHandlers.ofByteArray())
              .whenComplete(
                  (answer, failure) -> {
                    if (failure != null) {
                      end.completeExceptionally(
                          new JobException("the node cannot be asked: " + failure, failure));
                      return;
                    }
                    try {
                      hear(answer);
                    } catch (RuntimeException e) {
                      end.completeExceptionally(
                          new JobException("the node's answer cannot be read: " + e, e));
                    }
                  });
    }

    private void hear(HttpResponse<byte[]> answer) {
      if (end.isDone()) {
        return;
      }
      byte[] body = answer.body();
      if (answer.statusCode() == OK) {
        JobData output = new JobData(body);
        if (answer.headers().firstValue(SHA256_HEADER).equals(Optional.of(output.sha256()))) {
          end.complete(new Done(output, answer.headers().firstValue(NODE_HEADER).orElse("")));
        } else {
          end.completeExceptionally(new JobException("the answer's SHA-256 is another one"));
        }
      } else if (answer.statusCode() == ACCEPTED) {
        String share = new String(body, StandardCharsets.UTF_8);
        if (!share.isEmpty()) {
          progress.accept(Double.parseDouble(share));
        }
        send(request(path + "?seen=" + share, PATIENCE).GET().build());
      } else {
        end.completeExceptionally(
            new JobException(
                new String(body, StandardCharsets.UTF_8), answer.statusCode() == BUSY));
      }
    }
  }
}
