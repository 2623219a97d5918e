package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.troupe.actors.control.ControlClient;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.control.DaemonProcess;
import io.troupe.actors.http.AccessToken;
import io.troupe.actors.http.ServerStartException;
import io.troupe.actors.run.ComputeThreads;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.RunLock;
import io.troupe.config.CommandHint;
import io.troupe.config.Difference;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a daemon of its own that trains, and waits until it does. */
@Command(
    name = "start",
    description = "Trains in the background: starts a daemon and returns when it is ready.",
    footer = {
      "  troupe start --preset demo --new",
      "  troupe start --preset dcgan-celeba --data ~/faces --run-dir runs/faces",
      "  troupe start --run-dir runs/r1              # goes on with that run",
      "  troupe start --run-dir r1-b --from r1/checkpoints/step-000002000.ckpt"
    })
final class StartCommand extends CliCommand {
  /** How long a start may take without saying anything new. */
  private static final long TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(10);

  private static final int POLL_MILLIS = 200;
  private static final int GOODBYE_SECONDS = 5;
  private static final int LOG_LINES = 10;
  private static final String MESSAGE = "troupe: ";

  @Mixin private TrainOptions options;

  @Option(
      names = "--new",
      description =
          "Begin a run of its own, in the first folder of runs/PRESET, runs/PRESET-2, ... that is not"
              + " there yet.")
  private boolean isNew;

  @Override
  public Integer call()
      throws CliException, RunException, ControlException, IOException, InterruptedException {
    if (isNew) {
      options.makeDirectory();
    }
    options.branch();
    options.initialise();
    Optional<String> token = token();
    List<Difference> changes = options.changes();
    CudaDevices.check();
    String launcher = System.getProperty("troupe.launcher");
    if (launcher == null) {
      throw new CliException("'start' needs the launcher scripts/troupe; use 'train' without it");
    }
    RunDirectory directory = options.directory();
    if (RunLock.isHeld(directory)) {
      throw new CliException(held(directory));
    }
    FreshFolder folder = new FreshFolder(directory, isNew || !Files.exists(directory.root()));
    Files.createDirectories(directory.root());
    long logged = Files.exists(directory.log()) ? Files.size(directory.log()) : 0;
    String id = UUID.randomUUID().toString();
    Process process = spawn(launcher, directory, id);
    ProgressView view = new ProgressView(screen(), options.quiet(), ProgressView.columns(false));
    Optional<ControlClient> client = awaitReady(process, directory, id, token, view);
    view.erase();
    return client.isPresent()
        ? onReady(process, directory, client.get(), changes)
        : onEnded(process, directory, folder, logged);
  }

  private Optional<String> token() throws CliException {
    try {
      return AccessToken.of(options.settings().control());
    } catch (ServerStartException e) {
      throw new CliException(e.getMessage());
    }
  }

  private Process spawn(String launcher, RunDirectory directory, String id) throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("/usr/bin/setsid");
    }
    command.addAll(List.of("nohup", launcher));
    List<String> arguments = spec().root().commandLine().getParseResult().originalArgs();
    command.addAll(
        train(
            arguments.subList(arguments.indexOf(spec().name()) + 1, arguments.size()), directory));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(ComputeThreads.environment(options.settings()));
    builder.environment().put(RunDirectory.ID_VARIABLE, id);
    return builder
        .redirectInput(Redirect.from(new File("/dev/null")))
        .redirectOutput(Redirect.appendTo(directory.log().toFile()))
        .redirectErrorStream(true)
        .start();
  }

  /** The daemon's command, given the arguments of this one. */
  static List<String> train(List<String> arguments, RunDirectory directory) {
    List<String> command = new ArrayList<>(List.of("train", "--quiet"));
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      if (argument.startsWith("--from=")) {
        continue; // The run is there now.
      }
      switch (argument) {
        case "--quiet" -> {} // It always is, and the option may be given once only.
        case "--from" -> rest.next();
        // The folder is made here, and the daemon is told which it is.
        case "--new" -> command.addAll(List.of("--run-dir", directory.root().toString()));
        default -> command.add(argument);
      }
    }
    return command;
  }

  /** Says who has the run, and how to have another one beside it. */
  static String held(RunDirectory directory) throws IOException {
    Path root = directory.root();
    Path free =
        TrainOptions.names(root).filter(name -> !Files.exists(name)).findFirst().orElseThrow();
    return "the run in %s has a living daemon already (process %d). '%s' shows it, '%s' ends it; --new begins another run beside it, or name another folder, such as --run-dir %s"
        .formatted(
            root,
            DaemonProcess.lastPid(directory).orElse(0),
            CommandHint.of("status", "--run-dir", root),
            CommandHint.of("stop", "--run-dir", root),
            free);
  }

  /**
   * A client of the daemon when it trains; empty if it ended, as it does where another one has the
   * run.
   *
   * @param id of the daemon; the run's files may be of an earlier one, or of another start's
   */
  private static Optional<ControlClient> awaitReady(
      Process process, RunDirectory directory, String id, Optional<String> token, ProgressView view)
      throws CliException, ControlException, IOException, InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT_NANOS;
    String heard = "";
    while (process.isAlive()) {
      if (isOf(directory, id)) {
        try {
          ControlClient client = ControlClient.of(directory, token);
          Optional<String> reason = client.unready();
          if (reason.isEmpty()) {
            return Optional.of(client);
          }
          if (!reason.get().equals(heard)) {
            heard = reason.get();
            deadline = System.nanoTime() + TIMEOUT_NANOS;
            view.starting(heard);
          }
        } catch (ControlException e) {
          // On a busy machine answers come late. A daemon that is about to end may not answer.
          if (!(e.getCause() instanceof HttpTimeoutException)
              && !process.waitFor(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
            throw e;
          }
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw new CliException(
            "process %d is still not ready, and has said nothing new for %d minutes%s; look at %s"
                .formatted(
                    process.pid(),
                    TimeUnit.NANOSECONDS.toMinutes(TIMEOUT_NANOS),
                    heard.isEmpty() ? "" : " (%s)".formatted(heard),
                    directory.log()));
      }
      Thread.sleep(POLL_MILLIS);
    }
    return Optional.empty();
  }

  /** Whether a run's files say that this daemon has it, and where it listens. */
  private static boolean isOf(RunDirectory directory, String id) throws IOException {
    try {
      // An earlier daemon's address is gone before the id is there.
      return RunDirectory.text(directory.id()).equals(id) && Files.exists(directory.url());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private int onReady(
      Process process, RunDirectory directory, ControlClient client, List<Difference> changes)
      throws IOException {
    if (!options.quiet()) {
      PrintWriter screen = screen();
      // The daemon's, not that of the launcher which waits for its end.
      long pid = DaemonProcess.lastPid(directory).orElse(process.pid());
      screen.printf("%-12s%d%n", "process", pid);
      changes.forEach(change -> screen.printf("%-12s%s%n", "changed", change));
      screen.printf("%-12s%s (page, API, metrics)%n", "control", client.address());
      screen.printf("%-12s%s%n", "pictures", directory.samples());
      screen.printf("%-12s%s%n", "log", directory.log());
      screen.flush();
    }
    return 0;
  }

  private int onEnded(Process process, RunDirectory directory, FreshFolder folder, long logged)
      throws CliException, IOException {
    byte[] log = Files.readAllBytes(directory.log());
    String end = end(new String(log, (int) logged, (int) (log.length - logged), UTF_8));
    if (process.exitValue() != 0 && end.startsWith(MESSAGE) && folder.remove()) {
      throw new CliException(end.substring(MESSAGE.length()));
    }
    if (process.exitValue() != 0) {
      throw new CliException(
          "the daemon ended with exit code %d; the end of %s:%n%s"
              .formatted(process.exitValue(), directory.log(), end));
    }
    PrintWriter screen = screen();
    // A run whose steps are all done says so; a short one may have ended before it was seen.
    screen.println(
        end.startsWith(MESSAGE) ? end : "the run has ended already; see " + directory.log());
    screen.flush();
    return 0;
  }

  /** The message that the daemon ended with, else the log's last lines without stack traces. */
  private static String end(String log) {
    List<String> lines =
        log.lines().filter(line -> !line.startsWith("\t") && !line.isBlank()).toList();
    int message = lines.size() - 1;
    while (message >= 0 && !lines.get(message).startsWith(MESSAGE)) {
      message--;
    }
    while (message > 0 && lines.get(message - 1).startsWith(MESSAGE)) {
      message--;
    }
    int from = message >= 0 ? message : Math.max(0, lines.size() - LOG_LINES);
    return String.join("\n", lines.subList(from, lines.size()));
  }
}
