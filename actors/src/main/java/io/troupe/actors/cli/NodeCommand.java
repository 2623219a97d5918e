package io.troupe.actors.cli;

import io.troupe.actors.daemon.NodeWorks;
import io.troupe.actors.fleet.FleetNode;
import io.troupe.actors.fleet.FleetTls;
import io.troupe.actors.http.AccessToken;
import io.troupe.actors.http.ServerStartException;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Is a node of a fleet, until Ctrl-C. */
@Command(
    name = "node",
    description = {
      "Joins a fleet of machines that train many runs. Without --seed-node it is a fleet of its own,"
          + " which others may join.",
      "",
      "The node serves the page of 'troupe studio' over all runs of the fleet. Ctrl-C lets it leave:"
          + " its runs end with a checkpoint and go on on other nodes.",
      ""
    },
    footer = {
      "  troupe node --slots 2",
      "  troupe node --host 10.0.0.2 --seed-node 10.0.0.1:25520 --tls certs"
    })
final class NodeCommand extends CliCommand {
  @Option(
      names = "--roles",
      paramLabel = "ROLE",
      split = ",",
      defaultValue = "trainer,evaluator,data",
      description =
          "What it may do: trainer, evaluator (scores and grids for all runs), data (batches for all"
              + " runs). Default: ${DEFAULT-VALUE}. One without trainer trains no runs, and counts in"
              + " the majority that goes on after a loss.")
  private List<String> roles = new ArrayList<>();

  @Option(
      names = "--seed-node",
      paramLabel = "HOST:PORT",
      description = "A node of the fleet to join; may be given several times.")
  private List<String> seeds = new ArrayList<>();

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = ".",
      description =
          "A folder that all nodes see under this name, for runs/ and the fleet's state. Its file"
              + " locks must hold between machines, as those of NFS 4 do. Default: the working"
              + " directory.")
  private Path folder;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many runs it trains at a time. Default: ${DEFAULT-VALUE}.")
  private int slots;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "Where it listens, for other nodes and for HTTP. Others than this machine reach it only"
              + " with --tls and the token of the environment variable TROUPE_CONTROL_TOKEN, or of"
              + " the file TROUPE_CONTROL_TOKEN_FILE. Default: ${DEFAULT-VALUE}.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "25520",
      description = "TCP port for other nodes; 0 picks a free one. Default: ${DEFAULT-VALUE}.")
  private Optional<Integer> port;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description =
          "TCP port of the page and the API; 0 picks a free one. Default: 8086, or a free one if that"
              + " is taken.")
  private Optional<Integer> httpPort = Optional.empty();

  @Option(
      names = "--tls",
      paramLabel = "DIR",
      description =
          "Encrypt connections between nodes with ca.pem, node.pem and node.key of this folder, and"
              + " believe only nodes that the same authority has signed; scripts/fleet-ca makes"
              + " them.")
  private Optional<Path> tls = Optional.empty();

  @Override
  public Integer call() throws CliException {
    check();
    Optional<String> token = token();
    RunSettings.Control control =
        new RunSettings.Control(
            host,
            httpPort.orElse(RunSettings.Control.ANY_PORT),
            token,
            Optional.empty(),
            new RunSettings.Tls(Optional.empty(), Optional.empty()));
    FleetNode.Settings settings =
        new FleetNode.Settings(
            host,
            port.orElseThrow(),
            seeds,
            roles,
            slots,
            folder.toAbsolutePath().normalize(),
            program(),
            tls.map(FleetTls::new));
    Path log =
        settings
            .folder()
            .resolve("fleet")
            .resolve("node-%s-%s.log".formatted(host, Integer.toString(settings.port())));
    LogFile.use(log);
    FleetNode node;
    try {
      node =
          FleetNode.start(
              settings, control, token, SweepTable::write, Jobs.ofThisProcess(), NodeWorks.all());
    } catch (FleetNode.StartException e) {
      throw new CliException(e.getMessage());
    }
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(node, ended), "troupe-leave"));
    say("node", node.name());
    say("folder", settings.folder());
    say("log", log);
    if (!seeds.isEmpty()) {
      say("joining", String.join(", ", seeds));
    }
    if (node.awaitMember()) {
      say("studio", node.address() + " (page, API); Ctrl-C leaves the fleet");
    }
    Optional<String> failure = node.await();
    ended.countDown();
    if (failure.isPresent()) {
      throw new CliException(failure.get());
    }
    return 0;
  }

  private void check() throws CliException {
    for (String role : roles) {
      if (!FleetNode.ROLES.contains(role)) {
        throw wrong("--roles: \"%s\" is none of trainer, evaluator, data".formatted(role));
      }
    }
    if (slots < 1 || slots > 1000) {
      throw wrong("--slots: %d is not from 1 to 1000".formatted(slots));
    }
    for (String seed : seeds) {
      if (!seed.matches("[^:@/]+:\\d{1,5}")) {
        throw wrong("--seed-node: \"%s\" is not HOST:PORT".formatted(seed));
      }
    }
    Ports.require(spec(), port);
    Ports.require(spec(), httpPort);
    if (!Files.isDirectory(folder)) {
      throw new CliException("there is no folder %s; make it, for all nodes".formatted(folder));
    }
    if (!Files.isWritable(folder)) {
      throw new CliException("cannot write to the folder %s".formatted(folder));
    }
    if (tls.isPresent()) {
      for (String file : FleetTls.FILES) {
        if (!Files.isReadable(tls.get().resolve(file))) {
          throw new CliException(
              "--tls: cannot read %s; scripts/fleet-ca makes it"
                  .formatted(tls.get().resolve(file)));
        }
      }
    } else if (!isLoopback()) {
      throw wrong(
          "--host %s: other machines could join and give orders; add --tls with certificates, which scripts/fleet-ca makes"
              .formatted(host));
    }
  }

  private boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw wrong("--host: %s is not a known host".formatted(host));
    }
  }

  private static Optional<String> token() throws CliException {
    try {
      return AccessToken.ofEnvironment(System.getenv());
    } catch (ServerStartException e) {
      throw new CliException(e.getMessage());
    }
  }

  /** The launcher; without it this JVM's own program, as tests start it. */
  private static List<String> program() {
    String launcher = System.getProperty("troupe.launcher");
    if (launcher != null) {
      return List.of(launcher);
    }
    List<String> program = new ArrayList<>();
    program.add(ProcessHandle.current().info().command().orElse("java"));
    program.addAll(
        List.of(System.getenv().getOrDefault("TROUPE_JAVA_OPTS", "-Xmx3g").strip().split(" +")));
    program.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return program;
  }

  private void say(String what, Object said) {
    PrintWriter screen = screen();
    screen.printf("%-12s%s%n", what, said);
    screen.flush();
  }

  /** At Ctrl-C, and when it ends by itself. */
  private void leave(FleetNode node, CountDownLatch ended) {
    int runs = node.processes();
    if (runs > 0) {
      say(
          "leaving",
          "%s a last checkpoint, and may go on on other nodes"
              .formatted(runs == 1 ? "1 run writes" : runs + " runs write"));
    }
    node.leave();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
