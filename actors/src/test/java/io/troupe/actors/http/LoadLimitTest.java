package io.troupe.actors.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.LocalConnector.LocalEndPoint;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

final class LoadLimitTest {
  /**
   * One thread reads requests of many connections. If it paid when it answers only, that answer
   * would wait until all of its reading is covered: more than a second was seen.
   */
  @Test
  void aThreadPaysForRequestsThatItReadAndThatWait() throws Exception {
    CountDownLatch paid = new CountDownLatch(1);
    CpuBudget budget =
        new CpuBudget(
            1,
            System::nanoTime,
            () -> {
              paid.countDown();
              return 0;
            });
    Server server = new Server();
    LocalConnector connector = new LocalConnector(server);
    LoadLimit limit = new LoadLimit(budget, budget.forHealth(), Map.of(), 0, () -> false);
    server.addConnector(connector);
    server.setHandler(limit);
    server.start();
    try (LocalEndPoint client =
        connector.executeRequest("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      assertThat(paid.await(5, TimeUnit.SECONDS)).isTrue();
      limit.end();
      assertThat(client.getResponse()).startsWith("HTTP/1.1 503");
    } finally {
      server.stop();
    }
  }
}
