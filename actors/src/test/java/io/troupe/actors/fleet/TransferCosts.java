package io.troupe.actors.fleet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.delivery.ConsumerController;
import akka.actor.typed.delivery.ProducerController;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.stream.SourceRef;
import akka.stream.StreamRefResolver;
import akka.util.ByteString;
import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.NodeJobs;
import io.troupe.actors.remote.RemoteJobs;
import io.troupe.actors.remote.Work;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;

/**
 * Measures what docs/decisions/042 tells of ways for large data from node to node; a program. Both
 * nodes are in this process, connected by TCP over loopback.
 */
public final class TransferCosts {
  private static final int ROUNDS = 7;
  private static final int RANGE = 1 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private TransferCosts() {}

  /** A way for data. */
  private interface Way {
    byte[] send(byte[] bytes) throws Exception;
  }

  /** The argument is a folder with certificates; without it nothing is encrypted. */
  public static void main(String[] arguments) throws Exception {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    Optional<FleetTls> tls = Arrays.stream(arguments).findFirst().map(Path::of).map(FleetTls::new);
    ActorSystem<Void> from = system(tls);
    ActorSystem<Void> to = system(tls);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Map<String, Way> ways = Map.of();
    try {
      ways = ways(from, to, server);
      out.printf("encrypted: %s%n", tls.isPresent());
      for (int megabytes : new int[] {1, 16, 100}) {
        byte[] bytes = new byte[megabytes << 20];
        new Random(megabytes).nextBytes(bytes);
        measure(out, ways, bytes, pings(from, to));
      }
      jobs(out, from, to);
    } finally {
      server.stop(0);
      from.terminate();
      to.terminate();
    }
  }

  /** Whole jobs, from a run's process over its node to another one and back. */
  private static void jobs(PrintWriter out, ActorSystem<Void> from, ActorSystem<Void> to)
      throws Exception {
    for (ActorSystem<Void> system : List.of(from, to)) {
      Cluster cluster = Cluster.get(system);
      cluster.manager().tell(Join.create(Cluster.get(from).selfMember().address()));
    }
    FleetJobs trainer = FleetJobs.start(from, List.of("trainer"), Map.of());
    byte[] batch = new byte[64 * 32 * 32 * 3 * Float.BYTES];
    new Random(1).nextBytes(batch);
    FleetJobs data =
        FleetJobs.start(to, List.of("data"), Map.of(JobKind.AUGMENT, () -> answering(batch)));
    RemoteJobs jobs = NodeJobs.of(trainer.environment()).orElseThrow();
    while (!jobs.take(JobKind.AUGMENT)) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    byte[] input = new byte[14 << 10];
    double[] millis = new double[100];
    long cpu = cpu();
    for (int i = -20; i < millis.length; i++) {
      if (i == 0) {
        cpu = cpu();
      }
      long began = System.nanoTime();
      jobs.begin(JobKind.AUGMENT, 1, input, share -> {}).end().toCompletableFuture().join();
      if (i >= 0) {
        millis[i] = (System.nanoTime() - began) / 1e6;
      }
    }
    double cpuMillis = (cpu() - cpu) / 1e6 / millis.length;
    Arrays.sort(millis);
    out.printf(
        "a job of %d bytes in and %d out: median %.1f ms, 95 %% below %.1f ms, %.1f ms of CPU%n",
        input.length, batch.length, millis[50], millis[95], cpuMillis);
    trainer.close();
    data.close();
  }

  private static Work answering(byte[] output) {
    return new Work() {
      @Override
      public byte[] run(byte[] input, DoubleConsumer progress) {
        return output;
      }

      @Override
      public void close() {}
    };
  }

  private static ActorSystem<Void> system(Optional<FleetTls> tls) {
    Map<String, Object> values = new HashMap<>();
    values.put("akka.remote.artery.canonical.port", 0);
    values.put(
        "akka.reliable-delivery.producer-controller.chunk-large-messages", Blobs.PART + " B");
    Config config =
        ConfigFactory.parseMap(values)
            .withFallback(tls.map(FleetTls::config).orElse(ConfigFactory.empty()))
            .withFallback(ConfigFactory.parseResources("fleet.conf"))
            .withFallback(ConfigFactory.load());
    return ActorSystem.create(Behaviors.empty(), FleetNode.SYSTEM, config);
  }

  private static void measure(
      PrintWriter out, Map<String, Way> ways, byte[] bytes, Callable<Long> ping) throws Exception {
    String sha256 = new JobData(bytes).sha256();
    Map<String, List<double[]>> rounds = new HashMap<>();
    List<String> names = ways.keySet().stream().sorted().toList();
    for (int round = -2; round < ROUNDS; round++) {
      for (String name : names) {
        LinkedBlockingQueue<Long> pings = new LinkedBlockingQueue<>();
        Thread pinger = new Thread(() -> pingOn(ping, pings));
        pinger.start();
        long cpu = cpu();
        long began = System.nanoTime();
        byte[] came = ways.get(name).send(bytes);
        double millis = (System.nanoTime() - began) / 1e6;
        double cpuMillis = (cpu() - cpu) / 1e6;
        pinger.interrupt();
        pinger.join();
        if (!new JobData(came).sha256().equals(sha256)) {
          throw new IllegalStateException(name + " is wrong");
        }
        double worst = pings.stream().mapToLong(nanos -> nanos).max().orElse(0) / 1e6;
        if (round >= 0) {
          rounds
              .computeIfAbsent(name, missing -> new ArrayList<>())
              .add(new double[] {millis, cpuMillis, worst});
        }
      }
    }
    for (String name : names) {
      out.printf(
          "%3d MiB, %s: %.1f ms, %.1f ms of CPU, slowest ping meanwhile %.1f ms%n",
          bytes.length >> 20,
          name,
          median(rounds.get(name), 0),
          median(rounds.get(name), 1),
          median(rounds.get(name), 2));
    }
  }

  private static double median(List<double[]> rounds, int column) {
    return rounds.stream().mapToDouble(row -> row[column]).sorted().toArray()[ROUNDS / 2];
  }

  private static long cpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static void pingOn(Callable<Long> ping, LinkedBlockingQueue<Long> pings) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        pings.add(ping.call());
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asks the one system from the other, and measures how long that takes. */
  private static Callable<Long> pings(ActorSystem<Void> from, ActorSystem<Void> to) {
    ActorRef<Dispatcher.Show> there =
        resolve(
            to,
            from.<Dispatcher.Show>systemActorOf(
                Behaviors.receiveMessage(
                    show -> {
                      show.replyTo()
                          .tell(new Dispatcher.Overview(List.of(), List.of(), 0, List.of()));
                      return Behaviors.same();
                    }),
                "ping-" + System.nanoTime(),
                Props.empty()),
            from);
    return () -> {
      long began = System.nanoTime();
      AskPattern.<Dispatcher.Show, Dispatcher.Overview>ask(
              there, reply -> new Dispatcher.Show(0, reply), PATIENCE, to.scheduler())
          .toCompletableFuture()
          .join();
      return System.nanoTime() - began;
    };
  }

  private static <T> ActorRef<T> resolve(
      ActorSystem<?> at, ActorRef<T> actor, ActorSystem<?> home) {
    return ActorRefResolver.get(at)
        .resolveActorRef(ActorRefResolver.get(home).toSerializationFormat(actor));
  }

  private static Map<String, Way> ways(
      ActorSystem<Void> from, ActorSystem<Void> to, HttpServer server) {
    Blobs lending = new Blobs(from);
    Blobs collecting = new Blobs(to);
    Delivery delivery = new Delivery(from, to);
    Map<String, Way> ways = new HashMap<>();
    ways.put(
        "stream of parts of 64 KiB",
        bytes -> {
          JobData data = new JobData(bytes);
          SourceRef<ByteString> lent =
              StreamRefResolver.get(to)
                  .resolveSourceRef(
                      StreamRefResolver.get(from).toSerializationFormat(lending.lend(data)));
          return collecting
              .collect(lent, data.length(), data.sha256())
              .toCompletableFuture()
              .join()
              .bytes();
        });
    ways.put("Akka's delivery in chunks of 64 KiB", delivery::send);
    ways.put("HTTP, plain, ranges of 1 MiB", ranges(server));
    return ways;
  }

  /** A producer and a consumer as Akka's reliable delivery has them. */
  private static final class Delivery {
    private final LinkedBlockingQueue<ByteString> wanted = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<ByteString> came = new LinkedBlockingQueue<>();

    Delivery(ActorSystem<Void> from, ActorSystem<Void> to) {
      ActorRef<ProducerController.Command<ByteString>> producer =
          from.systemActorOf(
              ProducerController.create(ByteString.class, "costs", Optional.empty()),
              "producer",
              Props.empty());
      from.systemActorOf(producing(producer), "source", Props.empty());
      ActorRef<ConsumerController.Command<ByteString>> consumer =
          to.systemActorOf(ConsumerController.create(), "consumer", Props.empty());
      to.systemActorOf(consuming(consumer), "sink", Props.empty());
      consumer.tell(
          new ConsumerController.RegisterToProducerController<>(resolve(to, producer, from)));
    }

    private Behavior<ProducerController.RequestNext<ByteString>> producing(
        ActorRef<ProducerController.Command<ByteString>> producer) {
      return Behaviors.setup(
          context -> {
            producer.tell(new ProducerController.Start<>(context.getSelf()));
            return Behaviors.receiveMessage(
                next -> {
                  Thread waiting = new Thread(() -> next.sendNextTo().tell(take(wanted)));
                  waiting.setDaemon(true);
                  waiting.start();
                  return Behaviors.same();
                });
          });
    }

    private Behavior<ConsumerController.Delivery<ByteString>> consuming(
        ActorRef<ConsumerController.Command<ByteString>> consumer) {
      return Behaviors.setup(
          context -> {
            consumer.tell(new ConsumerController.Start<>(context.getSelf()));
            return Behaviors.receiveMessage(
                delivered -> {
                  came.add(delivered.message());
                  delivered.confirmTo().tell(ConsumerController.confirmed());
                  return Behaviors.same();
                });
          });
    }

    private static ByteString take(LinkedBlockingQueue<ByteString> queue) {
      try {
        return queue.take();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    byte[] send(byte[] bytes) {
      wanted.add(ByteString.fromArrayUnsafe(bytes));
      return take(came).toArray();
    }
  }

  private static Way ranges(HttpServer server) {
    Map<String, byte[]> served = new HashMap<>();
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            int offset =
                Integer.parseInt(
                    exchange.getRequestHeaders().getFirst("Range").replaceAll("bytes=|-.*", ""));
            byte[] bytes = served.get("bytes");
            int length = Math.min(RANGE, bytes.length - offset);
            exchange.sendResponseHeaders(206, length);
            exchange.getResponseBody().write(bytes, offset, length);
          }
        });
    server.start();
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return bytes -> {
      served.put("bytes", bytes);
      ByteBuffer all = ByteBuffer.allocate(bytes.length);
      while (all.hasRemaining()) {
        HttpRequest request =
            HttpRequest.newBuilder(url)
                .header(
                    "Range", "bytes=%d-%d".formatted(all.position(), all.position() + RANGE - 1))
                .build();
        all.put(client.send(request, BodyHandlers.ofByteArray()).body());
      }
      return all.array();
    };
  }
}
