package io.troupe.actors.forensics;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.troupe.config.files.AtomicFile;
import io.troupe.models.training.StepResult;
import io.troupe.models.training.TensorNorms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Writes evidence as files, a folder for each step: what went wrong, losses, norms and pictures.
 * The newest few folders are kept.
 */
public final class Forensics extends AbstractBehavior<Forensics.Command> {
  /** What it hears. */
  public sealed interface Command {}

  /** Write this. */
  public record Write(Evidence evidence) implements Command {}

  /** What it says. */
  public sealed interface Event {}

  /** All is on disk. */
  public record Written(long step, Path folder) implements Event {}

  /** Some could not be written. */
  public record WriteFailed(long step, String reason) implements Event {}

  private static final int MOST_FOLDERS = 5;

  private final Path root;
  private final ActorRef<Event> listener;

  private Forensics(ActorContext<Command> context, Path root, ActorRef<Event> listener) {
    super(context);
    this.root = root;
    this.listener = listener;
  }

  /**
   * A writer.
   *
   * @param root gets the folders
   */
  public static Behavior<Command> create(Path root, ActorRef<Event> listener) {
    return Behaviors.setup(context -> new Forensics(context, root, listener));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Write.class, this::onWrite).build();
  }

  private Behavior<Command> onWrite(Write message) {
    Evidence evidence = message.evidence();
    Path folder = root.resolve(String.format(Locale.ROOT, "step-%09d", evidence.step()));
    try {
      Files.createDirectories(folder);
      AtomicFile.replace(folder.resolve("reason.txt"), evidence.reason() + "\n");
      AtomicFile.replace(folder.resolve("steps.csv"), steps(evidence.steps()));
      AtomicFile.replace(folder.resolve("norms.csv"), norms(evidence.norms()));
      evidence.real().write(folder.resolve("real.png"));
      evidence.generated().write(folder.resolve("generated.png"));
      removeOlder(folder);
      listener.tell(new Written(evidence.step(), folder));
    } catch (IOException e) {
      getContext().getLog().warn("cannot write {}", folder, e);
      listener.tell(new WriteFailed(evidence.step(), e.toString()));
    }
    return this;
  }

  private static String steps(List<StepResult> steps) {
    StringBuilder table =
        new StringBuilder(
            "step,discriminator_loss,generator_loss,real_logit,fake_logit,accuracy,logit_deviation,penalties\n");
    for (StepResult step : steps) {
      table.append(
          "%d,%s,%s,%s,%s,%s,%s,%s\n"
              .formatted(
                  step.step(),
                  step.discriminatorLoss(),
                  step.generatorLoss(),
                  step.realLogit(),
                  step.fakeLogit(),
                  step.accuracy(),
                  step.logitDeviation(),
                  String.join(
                      " ",
                      step.penalties().entrySet().stream()
                          .map(penalty -> penalty.getKey() + "=" + penalty.getValue())
                          .toList())));
    }
    return table.toString();
  }

  private static String norms(List<TensorNorms> norms) {
    StringBuilder table = new StringBuilder("network,tensor,value,gradient,gradient_root\n");
    for (TensorNorms one : norms) {
      table.append(
          "%s,%s,%s,%s,%s\n"
              .formatted(
                  one.network(), one.tensor(), one.value(), one.gradient(), one.gradientRoot()));
    }
    return table.toString();
  }

  /** A run may come to a step again, so the time counts and not the step. */
  private void removeOlder(Path written) throws IOException {
    List<Path> newestFirst = new ArrayList<>();
    try (Stream<Path> folders = Files.list(root)) {
      folders
          .filter(folder -> folder.getFileName().toString().matches("step-\\d{9,18}"))
          .filter(folder -> !folder.equals(written))
          .forEach(newestFirst::add);
    }
    newestFirst.sort(Comparator.comparing(Forensics::time).reversed());
    for (int i = MOST_FOLDERS - 1; i < newestFirst.size(); i++) {
      try (Stream<Path> files = Files.list(newestFirst.get(i))) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(newestFirst.get(i));
    }
  }

  private static long time(Path folder) {
    return folder.toFile().lastModified();
  }
}
