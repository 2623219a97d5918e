package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.ExportException;
import io.troupe.actors.checkpoint.ExportFormat;
import io.troupe.actors.checkpoint.ExportedNetwork;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.checkpoint.StoredNetwork;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a network of a checkpoint for other tools. */
@Command(
    name = "export",
    description =
        "Writes a checkpoint's network for other tools: the tensors, parameters and states, as"
            + " float32 (docs/checkpoints.md), or a generator that ONNX Runtime or ND4J runs"
            + " (docs/serving.md).",
    footer = {
      "  troupe export runs/r1",
      "  troupe export runs/r1 --out generator.onnx",
      "  troupe export runs/r1 --network discriminator --format npz --out d.npz"
    })
final class ExportCommand extends CliCommand {
  private enum Network {
    generator,
    discriminator
  }

  /** The formats. */
  static final class Formats extends EnumNames<ExportFormat> {
    Formats() {
      super("format", EnumSet.allOf(ExportFormat.class));
    }
  }

  @Mixin private CheckpointOptions options;
  @Mixin private OutputOptions output;

  @Option(
      names = "--network",
      paramLabel = "NETWORK",
      defaultValue = "generator",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Network network;

  @ArgGroup private GeneratorValues values = new GeneratorValues();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = Formats.class,
      completionCandidates = Formats.class,
      description =
          "${COMPLETION-CANDIDATES}. Default: what --out ends with, such as .npz or .onnx, else"
              + " safetensors.")
  private Optional<ExportFormat> format = Optional.empty();

  @Override
  public Integer call() throws CliException, CheckpointException {
    StoredNetwork stored = stored();
    try (StoredCheckpoint checkpoint = options.open()) {
      ExportedNetwork network =
          ExportedNetwork.of(checkpoint, stored, options.settings(checkpoint));
      Path file = output.free(named(checkpoint, stored), checkpoint);
      write(network, file);
      PrintWriter screen = screen();
      screen.println(
          String.format(
              Locale.ROOT,
              "step %d: %s, %d tensors, %,d numbers%n  file: %s",
              checkpoint.progress().step(),
              stored.vector(),
              network.layout().slots().size(),
              network.layout().length(),
              file));
      screen.flush();
      return 0;
    } catch (IOException e) {
      throw new CliException("cannot read the checkpoint: " + IoReason.of(e));
    }
  }

  private StoredNetwork stored() {
    if (network == Network.generator) {
      return values.network();
    }
    if (values.average()) {
      throw wrong("--ema: only the generator has a moving average");
    }
    return StoredNetwork.DISCRIMINATOR;
  }

  private ExportFormat format() {
    return format
        .or(() -> output.named().flatMap(ExportFormat::ofName))
        .orElse(ExportFormat.SAFETENSORS);
  }

  private Path named(StoredCheckpoint checkpoint, StoredNetwork stored) {
    String name = checkpoint.file().getFileName().toString().replaceFirst("\\.ckpt$", "");
    return Path.of(
        "%s-%s.%s".formatted(name, stored.vector().replace('.', '-'), format().extension()));
  }

  private void write(ExportedNetwork network, Path file) throws CliException {
    try {
      format().write(network, file);
    } catch (ExportException e) {
      throw new CliException(
          "cannot export %s as %s: %s"
              .formatted(network.network().vector(), format(), e.getMessage()));
    } catch (IOException e) {
      throw new CliException("cannot write %s: %s".formatted(file, IoReason.of(e)));
    }
  }
}
