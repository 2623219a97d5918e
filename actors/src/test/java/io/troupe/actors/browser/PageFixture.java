package io.troupe.actors.browser;

import io.troupe.actors.studio.Studio;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The browser, runs in every state, and a studio over them whose launcher is a script of ours. */
final class PageFixture implements AutoCloseable {
  /** Says what it was asked for, which is all that a launcher's child processes tell a page. */
  private static final String LAUNCHER =
      """
      #!/bin/sh
      case "$*" in *refused*) echo 'troupe: it is complete' >&2; exit 1 ;; esac
      echo "$@" >> "$(dirname "$0")/asked"
      echo "made by $1"
      """;

  private final Browser browser;
  private final RunFolders runs;
  private final Path launcher;
  private final URI address;
  private Studio studio;

  private PageFixture(Browser browser, RunFolders runs, Path launcher) throws Exception {
    this.browser = browser;
    this.runs = runs;
    this.launcher = launcher;
    studio = serve(0, Optional.empty());
    address = studio.address();
  }

  /** Starts all; skips the test with the reason where there is no browser. */
  static PageFixture start(Path folder) throws Exception {
    Browser browser = Browser.shared();
    RunFolders runs = RunFolders.write(Files.createDirectories(folder.resolve("runs")));
    Path launcher = Files.writeString(folder.resolve("launcher"), LAUNCHER);
    if (!launcher.toFile().setExecutable(true)) {
      throw new IllegalStateException("cannot make " + launcher + " executable");
    }
    return new PageFixture(browser, runs, launcher);
  }

  private Studio serve(int port, Optional<String> token) throws Exception {
    return Studio.start(
        new RunSettings.Control("127.0.0.1", port, token),
        Optional.empty(),
        runs.folder(),
        new Jobs(Optional.of(launcher.toString())));
  }

  /** Ends the server and starts it again on the same port, with a token if one is given. */
  void restart(Optional<String> token) throws Exception {
    studio.close();
    studio = serve(address.getPort(), token);
  }

  /** Ends the server, so that nobody answers. */
  void closeServer() {
    studio.close();
  }

  Browser browser() {
    return browser;
  }

  RunFolders runs() {
    return runs;
  }

  URI address() {
    return address;
  }

  /** What the launcher was asked for, a line for each time. */
  String asked() throws Exception {
    Path file = launcher.resolveSibling("asked");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  @Override
  public void close() throws IOException {
    studio.close();
    runs.close();
  }
}
