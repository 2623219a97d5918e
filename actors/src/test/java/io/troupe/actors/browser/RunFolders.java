package io.troupe.actors.browser;

import io.troupe.actors.history.JournalFixture;
import io.troupe.actors.run.RunLock;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** A folder with a run in each state, as daemons leave them; their figures are closed forms. */
final class RunFolders implements AutoCloseable {
  /** What would run if it were taken for markup. */
  static final String HOSTILE = "<img src=x onerror=\"document.title='owned'\">";

  /** The folder of the run that is called so. */
  static final String HOSTILE_FOLDER = "<img src=x onerror=alert(1)> \"q\" 100% #1?";

  static final List<String> CLASSES = List.of("ring", "disc", "cross", HOSTILE);

  /** How many runs there are. */
  static final int COUNT = 10;

  /** Pixels of a grid. */
  static final int GRID_WIDTH = 110;

  private static final int PICTURE = 16;
  private static final int GAP = 2;
  private static final int COLUMNS = 6;

  private final Path folder;
  private final List<RunLock> locks = new ArrayList<>();

  private RunFolders(Path folder) {
    this.folder = folder;
  }

  /** Runs of all states below a folder. */
  static RunFolders write(Path folder) {
    RunFolders runs = new RunFolders(folder);
    runs.finished();
    runs.stopped();
    runs.failed();
    runs.gone();
    runs.hostile();
    new JournalFixture(folder.resolve("empty")).settings();
    runs.alive("starting");
    runs.alive("running").event("started", 0).step(10, 1.5).step(20, 1.25);
    runs.alive("paused").event("started", 0).step(10, 1.5).event("paused", 10);
    runs.alive("stopping")
        .event("started", 0)
        .step(10, 1.5)
        .event("command", 10, "command", "stop");
    return runs;
  }

  /** Where the runs are. */
  Path folder() {
    return folder;
  }

  /** The loss of the run that is finished, after a step. */
  static double loss(long step) {
    return 2 / (1 + (double) step / 100);
  }

  private void finished() {
    JournalFixture run = new JournalFixture(folder.resolve("sweeps/finished"));
    run.settings(
        "seed=7", "training.steps=400", "sampling.per-class=" + COLUMNS, "checkpoints.best=fid");
    run.write(
        run.directory().notes(),
        """
        {"name": "", "notes": "The first of all.", "tags": ["baseline", "sweep"]}
        """);
    run.event("started", 0, "preset", "demo", "seed", 7);
    train(
        run,
        400,
        step -> {
          switch ((int) step) {
            case 100 -> evaluated(run, step, 40, 3);
            case 200 -> evaluated(run, step, 20, 4);
            case 210 ->
                run.event("settings", step, "key", "evaluation.every", "from", "200", "to", "100");
            case 300 -> {
              evaluated(run, step, 30, 5);
              checkpoint(run, step);
            }
            default -> {}
          }
        });
    checkpoint(run, 400);
    String pictures = "step-000000400-disc-6.png";
    run.event("pictures", 400, "file", "pictures/" + pictures, "text", "6 pictures of disc");
    run.event("stopped", 400);
    picture(run.directory().pictures().resolve(pictures), 110, 20, 3);
    run.write(run.directory().checkpoints().resolve("best/step-000000200.ckpt"), "x".repeat(3000));
    run.write(run.directory().checkpoints().resolve("best/score.txt"), "20.0 200\n");
    picture(run.directory().metrics().resolve("tsne.png"), 200, 200, 5);
    picture(run.directory().metrics().resolve("loss.png"), 300, 200, 9);
    log(run, 400);
  }

  private void stopped() {
    JournalFixture run = new JournalFixture(folder.resolve("sweeps/stopped"));
    run.settings("seed=8", "training.steps=400", "sampling.per-class=" + COLUMNS);
    run.write(run.directory().notes(), "{\"tags\": [\"sweep\"]}");
    run.event("started", 0, "preset", "demo", "seed", 8);
    train(
        run,
        200,
        step -> {
          if (step % 100 == 0) {
            evaluated(run, step, 45 - (double) step / 10, 3);
          }
        });
    checkpoint(run, 200);
    run.event("command", 200, "command", "stop").event("stopped", 200);
    log(run, 20);
  }

  private void failed() {
    JournalFixture run = new JournalFixture(folder.resolve("failed"));
    run.settings("seed=9", "training.steps=400");
    run.event("started", 0, "preset", "demo", "seed", 9);
    train(run, 60, step -> {});
    run.event("rollback", 60, "to_step", 40, "reason", "the loss is not finite");
    run.event("resumed", 40).step(50, 1.2);
    run.event("failed", 50, "reason", "the loss is NaN after 3 rollbacks; smaller learning rates");
    log(run, 5);
  }

  private void gone() {
    JournalFixture run = new JournalFixture(folder.resolve("gone"));
    run.settings("seed=10", "training.steps=400");
    run.event("started", 0, "preset", "demo", "seed", 10);
    train(run, 80, step -> {});
    run.write(
        run.directory().crash(),
        "process 4711 was killed (exit code 137); the same command goes on from step 50\n");
  }

  /** Names, notes, events, a log and causes that would be markup. */
  private void hostile() {
    JournalFixture run = new JournalFixture(folder.resolve(HOSTILE_FOLDER));
    run.settings("training.steps=400");
    run.write(
        run.directory().notes(),
        """
        {"name": %1$s, "notes": %1$s, "tags": [%1$s, "</script><script>alert(1)</script>"]}
        """
            .formatted(quoted(HOSTILE)));
    run.event("started", 0, "preset", HOSTILE);
    train(run, 40, step -> {});
    run.event("degraded", 40, "helper", HOSTILE, "cause", HOSTILE);
    run.event("settings", 40, "key", HOSTILE, "from", HOSTILE, "to", HOSTILE);
    checkpoint(run, 40);
    run.event("pictures", 40, "file", "step-000000040-x.png", "text", HOSTILE);
    picture(run.directory().pictures().resolve("step-000000040-x.png"), 40, 40, 3);
    run.event("failed", 40, "reason", HOSTILE);
    run.write(run.directory().log(), HOSTILE + "\n\u001b[31mred\u001b[0m\n");
  }

  /** A run that a daemon holds, which does not answer. */
  private JournalFixture alive(String name) {
    JournalFixture run = new JournalFixture(folder.resolve(name)).settings("training.steps=400");
    try {
      locks.add(RunLock.tryLock(run.directory()).orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return run.after(2 + (double) Duration.between(run.now(), Instant.now()).toSeconds());
  }

  private static void train(JournalFixture run, long steps, LongConsumer then) {
    run.write(
        run.directory().dataset(),
        "{\"classes\": [%s], \"picture_size\": %d, \"images\": 64}"
            .formatted(
                CLASSES.stream().map(RunFolders::quoted).collect(Collectors.joining(", ")),
                PICTURE));
    for (long step = 10; step <= steps; step += 10) {
      run.after(5).step(step, loss(step));
      if (step % 40 == 0) {
        grid(run, step);
      }
      then.accept(step);
    }
  }

  private static void grid(JournalFixture run, long step) {
    String name = String.format(Locale.ROOT, "step-%09d.png", step);
    picture(
        run.directory().samples().resolve(name),
        COLUMNS * (PICTURE + GAP) + GAP,
        CLASSES.size() * (PICTURE + GAP) + GAP,
        step);
    run.event("grid", step, "of_step", step, "file", "samples/" + name);
  }

  private static void evaluated(JournalFixture run, long step, double fid, double is) {
    run.event("evaluation-started", step, "of_step", step);
    run.scores(step, Map.of("fid", fid, "is_cifar", is));
  }

  private static void checkpoint(JournalFixture run, long step) {
    String name = String.format(Locale.ROOT, "step-%09d.ckpt", step);
    run.write(run.directory().checkpoints().resolve(name), "x".repeat(2048));
    run.event("checkpoint", step, "of_step", step, "sha256", "ab".repeat(32), "file", name);
  }

  private static void log(JournalFixture run, int lines) {
    run.write(
        run.directory().log(),
        IntStream.rangeClosed(1, lines)
            .mapToObj(
                line -> "INFO io.troupe.actors.daemon.RunContext line " + line + " of the log\n")
            .collect(Collectors.joining()));
  }

  /** A PNG whose colours tell its step. */
  private static void picture(Path file, int width, int height, long step) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int y = GAP; y < height; y += PICTURE + GAP) {
      for (int x = GAP; x < width; x += PICTURE + GAP) {
        graphics.setColor(
            Color.getHSBColor(y / 97f + (float) step / 1000, x / (float) width, 0.8f));
        graphics.fillOval(x, y, PICTURE, PICTURE);
      }
    }
    graphics.dispose();
    try {
      Files.createDirectories(file.getParent());
      ImageIO.write(image, "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\\\"") + '"';
  }

  @Override
  public void close() throws IOException {
    for (RunLock lock : locks) {
      lock.close();
    }
  }
}
