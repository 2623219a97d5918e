package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.TinyRun;
import io.troupe.actors.UnreliableDataset;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.Status;
import io.troupe.config.RunSettings;
import io.troupe.data.Datasets;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a daemon on a dataset that fails where it is told to. */
abstract class DaemonRuns {
  /** SHA-256 of the networks of a run that nothing happens to. */
  static String undisturbed;

  @TempDir Path root;

  @BeforeAll
  static void runUndisturbed(@TempDir Path directory) throws Exception {
    RunSettings settings = TinyRun.settings();
    try (Company company = new Company(settings, dataset(settings), directory)) {
      assertThat(company.start().await().failed()).isFalse();
    }
    undisturbed = TinyRun.sha256(directory, 12);
  }

  static UnreliableDataset dataset(RunSettings settings) {
    return new UnreliableDataset(Datasets.open(settings.dataset(), settings.seed()));
  }

  static Status status(Company company) throws Exception {
    return company.<Status>ask(RunCommand.GetStatus::new).toCompletableFuture().get();
  }

  /** The status once it is as wanted. */
  static Status await(Company company, Predicate<Status> wanted) throws Exception {
    Status status = status(company);
    while (!wanted.test(status)) {
      Thread.sleep(20);
      status = status(company);
    }
    return status;
  }

  static HttpResponse<String> send(String url, String method, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }
}
