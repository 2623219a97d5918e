package io.troupe.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients that ask a daemon for its status without a pause, for {@code scripts/bench/load}: what
 * the server's threads compute, what training loses, and how long somebody waits who asks once a
 * second as the command line does. On Linux, which tells the CPU time of another process' threads.
 */
public final class ControlLoad {
  private static final int RETRY_MILLIS = 500;
  private static final Pattern STEP = Pattern.compile("\"step\":(\\d+)");

  private final URI address;
  private final long pid;

  private ControlLoad(Path run) throws IOException {
    address = URI.create(Files.readString(run.resolve("daemon.url")).strip());
    pid = Long.parseLong(Files.readString(run.resolve("daemon.pid")).strip());
  }

  /** Takes a run's folder, how many clients there are, and the seconds of each phase. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("give RUN CLIENTS SECONDS, not " + List.of(arguments));
    }
    ControlLoad load = new ControlLoad(Path.of(arguments[0]));
    int clients = Integer.parseInt(arguments[1]);
    int seconds = Integer.parseInt(arguments[2]);
    Phase before = load.phase(0, seconds);
    before.print("before");
    Phase beside = load.phase(clients, seconds);
    beside.print("beside " + clients);
    Phase after = load.phase(0, seconds);
    after.print("after");
    double quiet = (before.stepsPerSecond() + after.stepsPerSecond()) / 2;
    double lost = 1 - beside.stepsPerSecond() / quiet;
    System.out.printf(
        Locale.ROOT,
        "training lost %.1f %%; server and clients used %.1f %% of the machine, and compiler, collector and interrupts %.1f %% more than before and after%n",
        100 * lost,
        100 * (beside.server + beside.clients),
        100 * (beside.others() - (before.others() + after.others()) / 2));
  }

  /**
   * What was measured for a while.
   *
   * @param server CPU time of the server's threads, of all cores
   * @param compiler the same of the daemon's compilers, which see new code when clients come
   * @param collector the same of its garbage collector
   * @param clients the same of this process
   * @param interrupts the same of the kernel where no process pays for it, if it tells that
   * @param answers that the clients got
   * @param turnedAway of their requests
   * @param waits of who asks once a second, in milliseconds, from the first try to the answer
   */
  private record Phase(
      double seconds,
      long steps,
      double server,
      double compiler,
      double collector,
      double clients,
      double interrupts,
      long answers,
      long turnedAway,
      List<Double> waits) {
    double stepsPerSecond() {
      return steps / seconds;
    }

    /** What is neither the server's nor the clients' nor training. */
    double others() {
      return compiler + collector + interrupts;
    }

    void print(String name) {
      List<Double> sorted = waits.stream().sorted().toList();
      System.out.printf(
          Locale.ROOT,
          "%-12s %6.2f steps/s  server %4.1f %%  compiler %4.1f %%  collector %4.1f %%  clients %4.1f %%  interrupts %4.1f %%  %5.0f answers/s, %5.0f turned away/s  waits ms: median %.0f, 99 %% %.0f, most %.0f (%d)%n",
          name,
          stepsPerSecond(),
          100 * server,
          100 * compiler,
          100 * collector,
          100 * clients,
          100 * interrupts,
          answers / seconds,
          turnedAway / seconds,
          sorted.get(sorted.size() / 2),
          sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1),
          sorted.get(sorted.size() - 1),
          sorted.size());
    }
  }

  private Phase phase(int clients, int seconds) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(clients + 1);
    try {
      long begin = System.nanoTime();
      long end = begin + TimeUnit.SECONDS.toNanos(seconds);
      final CpuSeconds before = CpuSeconds.now(pid);
      final long step = step();
      List<Future<long[]>> asking = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        asking.add(threads.submit(() -> ask(end)));
      }
      List<Double> waits = threads.submit(() -> askOnceASecond(end)).get();
      long answers = 0;
      long turnedAway = 0;
      for (Future<long[]> one : asking) {
        answers += one.get()[0];
        turnedAway += one.get()[1];
      }
      double elapsed = (System.nanoTime() - begin) * 1e-9;
      long steps = step() - step;
      double cores = elapsed * Runtime.getRuntime().availableProcessors();
      CpuSeconds after = CpuSeconds.now(pid);
      return new Phase(
          elapsed,
          steps,
          (after.server() - before.server()) / cores,
          (after.compiler() - before.compiler()) / cores,
          (after.collector() - before.collector()) / cores,
          (after.own() - before.own()) / cores,
          (after.interrupts() - before.interrupts()) / cores,
          answers,
          turnedAway,
          waits);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a client failed", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** Answers and refusals until a time. */
  private long[] ask(long end) {
    long[] counts = new long[2];
    while (System.nanoTime() - end < 0) {
      try (Connection connection = new Connection()) {
        while (System.nanoTime() - end < 0) {
          counts[connection.status() == 200 ? 0 : 1]++;
        }
      } catch (IOException e) {
        // Closed with a refusal, or not accepted yet: another connection.
        counts[1]++;
      }
    }
    return counts;
  }

  private List<Double> askOnceASecond(long end) throws InterruptedException {
    List<Double> waits = new ArrayList<>();
    for (long next = System.nanoTime(); next - end < 0; next += TimeUnit.SECONDS.toNanos(1)) {
      TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
      long begin = System.nanoTime();
      while (!isAnswered()) {
        Thread.sleep(RETRY_MILLIS);
      }
      waits.add((System.nanoTime() - begin) * 1e-6);
    }
    return waits;
  }

  private boolean isAnswered() {
    try (Connection connection = new Connection()) {
      return connection.status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private long step() throws IOException, InterruptedException {
    while (true) {
      try (Connection connection = new Connection()) {
        if (connection.status() == 200) {
          Matcher step = STEP.matcher(connection.body);
          if (step.find()) {
            return Long.parseLong(step.group(1));
          }
        }
      } catch (IOException e) {
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  /** Asks for the status by as little work as can be, so that clients take little from training. */
  private final class Connection implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;
    private final byte[] request =
        "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    private String body = "";

    Connection() throws IOException {
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getByName(address.getHost()), address.getPort()),
            10_000);
        socket.setSoTimeout(60_000);
        in = new BufferedInputStream(socket.getInputStream());
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }

    /** The status code of an answer that is read whole. */
    int status() throws IOException {
      socket.getOutputStream().write(request);
      String first = line();
      int length = 0;
      for (String header = line(); !header.isEmpty(); header = line()) {
        if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
          length = Integer.parseInt(header.substring(15).strip());
        }
      }
      body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      return Integer.parseInt(first.substring(9, 12));
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new EOFException("the connection was closed");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
