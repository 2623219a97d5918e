package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How 'start' waits for a daemon, which this test is, on a run that had one before. */
@Tag("process")
class StartCommandTest {
  /** Longer than 'start' waits for the end of a daemon that does not answer. */
  private static final int BUSY_MILLIS = 7_000;

  @TempDir private Path folder;
  private RunDirectory run;
  private Path begun;
  private Path ended;
  private String launcherBefore;
  private int port;

  @BeforeEach
  void leaveFilesOfAnEarlierDaemon() throws Exception {
    run = new RunDirectory(Files.createDirectories(folder.resolve("run")));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.writeString(run.url(), address());
    Files.writeString(run.id(), "earlier\n");
    begun = folder.resolve("begun");
    ended = folder.resolve("ended");
    Path launcher = folder.resolve("launcher");
    Files.writeString(
        launcher,
        "#!/bin/sh\necho \"$TROUPE_DAEMON_ID\" >'%s'\nwhile [ ! -e '%s' ]; do sleep 0.1; done\necho 'troupe: taken'\nexit 1\n"
            .formatted(begun, ended));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    launcherBefore = System.getProperty("troupe.launcher");
    System.setProperty("troupe.launcher", launcher.toString());
  }

  @AfterEach
  void endLauncher() throws Exception {
    Files.writeString(ended, "");
    if (launcherBefore == null) {
      System.clearProperty("troupe.launcher");
    } else {
      System.setProperty("troupe.launcher", launcherBefore);
    }
  }

  private String address() {
    return "http://127.0.0.1:%d\n".formatted(port);
  }

  /** The command, when its launcher has begun. */
  private CompletableFuture<Cli> start() throws Exception {
    CompletableFuture<Cli> start =
        CompletableFuture.supplyAsync(() -> Cli.run("start", "--run-dir", run.root()));
    while (!Files.exists(begun) || Files.size(begun) == 0) {
      Thread.sleep(20);
    }
    return start;
  }

  /** A daemon that is ready, where the run's files say. */
  private HttpServer daemon(String id) throws Exception {
    Files.writeString(run.id(), id + "\n");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Troupe-Daemon", id);
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  /** It listens where the earlier one did, as most do, and on a busy machine it does so late. */
  @Test
  void isNotMisledByTheAddressOfAnEarlierDaemon() throws Exception {
    CompletableFuture<Cli> start = start();
    RunLock lock = RunLock.tryLock(run).orElseThrow();
    try {
      Thread.sleep(BUSY_MILLIS);
      assertThat(start).isNotDone();
      Files.delete(run.url());
      HttpServer server = daemon(Files.readString(begun).strip());
      try {
        Files.writeString(run.url(), address());
        Cli result = start.join();
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains(address().strip());
      } finally {
        server.stop(0);
      }
    } finally {
      lock.close();
    }
  }

  /** It is ready, but is not the one whose settings were given here. */
  @Test
  void doesNotTakeTheDaemonOfAnotherStartForItsOwn() throws Exception {
    CompletableFuture<Cli> start = start();
    HttpServer server = daemon("other");
    RunLock lock = RunLock.tryLock(run).orElseThrow();
    try {
      Thread.sleep(2000);
      assertThat(start).isNotDone();
      Files.writeString(ended, "");
      Cli result = start.join();
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.err()).contains("taken");
    } finally {
      server.stop(0);
      lock.close();
    }
  }

  /** What answers there is another program, for good. */
  @Test
  void saysWhyADaemonCannotBeReached() throws Exception {
    CompletableFuture<Cli> start = start();
    RunLock lock = RunLock.tryLock(run).orElseThrow();
    try {
      Files.copy(begun, run.id(), StandardCopyOption.REPLACE_EXISTING);
      Cli result = start.join();
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.err()).contains("nothing listens at " + address().strip());
    } finally {
      lock.close();
    }
  }
}
