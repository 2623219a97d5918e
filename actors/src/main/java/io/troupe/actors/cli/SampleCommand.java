package io.troupe.actors.cli;

import io.troupe.actors.ComputeThreads;
import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.CheckpointNetworks;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.checkpoint.StoredGenerator;
import io.troupe.actors.checkpoint.StoredNetwork;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.sampling.ClassNames;
import io.troupe.actors.sampling.DrawnPictures;
import io.troupe.actors.sampling.PictureWriter;
import io.troupe.actors.sampling.SampleOutput;
import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.training.GeneratorSampler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes pictures: of a daemon's present generator, or of a checkpoint's. */
@Command(
    name = "sample",
    description = {
      "Without CHECKPOINT: a daemon writes a grid of sample pictures; answers when it is on disk."
          + " With options that say which pictures, it writes a checkpoint instead, and the pictures"
          + " are made from that.",
      "With CHECKPOINT: makes pictures without a daemon."
    },
    footer = {
      "  troupe sample                                     # a grid of the living run",
      "  troupe sample runs/r1 --count 3000 --out pictures",
      "  troupe sample runs/r1 --class fish --truncation 0.7 --grid --out fish.png"
    })
final class SampleCommand implements Callable<Integer> {
  private static final Set<String> OF_DAEMON = Set.of("--run-dir", "--json");

  private static final int MAX_GRID = 4096;

  private enum Format {
    png,
    npz
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CHECKPOINT", arity = "0..1", description = CheckpointSource.PLACE + ".")
  private Optional<Path> place = Optional.empty();

  @Mixin private RunOptions run;
  @Mixin private CheckpointSource checkpoints;
  @Mixin private SampleInputs inputs;

  @ArgGroup private Values values = new Values();

  /** Which values of the generator. */
  static final class Values {
    private StoredNetwork network = StoredNetwork.GENERATOR_AVERAGE;

    @Option(names = "--ema", description = "The generator's moving average. Default.")
    void setAverage(boolean chosen) {
      if (chosen) {
        network = StoredNetwork.GENERATOR_AVERAGE;
      }
    }

    @Option(names = "--raw", description = "The values that are trained.")
    void setTrained(boolean chosen) {
      if (chosen) {
        network = StoredNetwork.GENERATOR;
      }
    }
  }

  @Option(
      names = "--batch-norm",
      paramLabel = "NAME",
      description =
          "Statistics that batch norm uses. batch: of the batch of 64 pictures, so a picture depends"
              + " on the others of its batch; the last batch is filled up with the next pictures of"
              + " the sequence, those of --latents from its start again. running: of training; a"
              + " picture depends on its latent vector and class only. Default: the run's"
              + " sampling.batch-norm.")
  private Optional<BatchNormMode> batchNorm = Optional.empty();

  @Option(names = "--grid", description = "One PNG with all pictures, at most 4,096.")
  private boolean grid;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "png: a folder of 000000.png and so on. npz: a file with images, float32 [N, height,"
              + " width, 3] in [-1, 1], and labels, int32 [N]. Default: npz if --out ends with it,"
              + " else png.")
  private Optional<Format> format = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR|FILE",
      description =
          "The folder for PNGs, the file for a grid or npz. Default: in the working directory, named"
              + " after the checkpoint.")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--force", description = "Replace pictures that are there.")
  private boolean force;

  @Override
  public Integer call()
      throws CliException, CheckpointException, ControlException, InterruptedException {
    List<String> forPictures = requireOneKind();
    if (place.isEmpty() && forPictures.isEmpty()) {
      return run.order(spec, "sample", TroupeCommand.WRITE_TIMEOUT);
    }
    inputs.requireSense(grid);
    if (grid && format() == Format.npz) {
      throw new ParameterException(spec.commandLine(), "--grid is a PNG; leave out --format npz");
    }
    try (StoredCheckpoint checkpoint = checkpoints.open(source())) {
      sample(checkpoint);
      return 0;
    } catch (IOException e) {
      throw new CliException("cannot read the checkpoint: " + e);
    }
  }

  /** The given checkpoint, or the present state of the run, which its daemon writes now. */
  private Path source() throws CliException, ControlException, InterruptedException {
    return place.isPresent() ? place.get() : run.checkpoint();
  }

  /** Refuses options for a daemon beside a checkpoint; gives those that say which pictures. */
  private List<String> requireOneKind() {
    Map<Boolean, List<String>> given =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .map(option -> option.longestName())
            .collect(Collectors.partitioningBy(OF_DAEMON::contains));
    List<String> ofDaemon = given.get(true);
    List<String> forPictures = given.get(false);
    if (place.isPresent() && !ofDaemon.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "only a daemon takes %s; with CHECKPOINT leave it out"
              .formatted(String.join(", ", ofDaemon)));
    }
    if (ofDaemon.contains("--json") && !forPictures.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--json is for a daemon's answer; leave it out with " + String.join(", ", forPictures));
    }
    return forPictures;
  }

  private void sample(StoredCheckpoint checkpoint)
      throws CliException, CheckpointException, IOException {
    RunSettings settings = checkpoints.settings(checkpoint);
    CheckpointNetworks networks = CheckpointNetworks.of(checkpoint, settings);
    StoredNetwork network = values.network;
    int latentSize = settings.network().latentSize();
    SampleInputs.Wanted wanted =
        inputs.wanted(
            settings.network(),
            ClassNames.of(settings.dataset(), networks.classes()),
            checkpoint.seed());
    if (grid && wanted.count() > MAX_GRID) {
      throw new CliException(
          "a grid of %d pictures is too large; at most %d fit, leave out --grid for more"
              .formatted(wanted.count(), MAX_GRID));
    }
    Path target = out.orElseGet(() -> named(checkpoint));
    requireFree(target, checkpoint);
    ComputeThreads.set(settings.compute());
    try (GeneratorSampler generator =
        StoredGenerator.load(
            checkpoint,
            networks,
            network,
            settings.network(),
            inputs.use(
                settings.network(),
                DrawnPictures.BATCH,
                batchNorm.orElse(settings.sampling().batchNorm())))) {
      write(
          new PictureWriter(generator, latentSize, wanted.source(), wanted.count()),
          wanted,
          target);
    }
    PrintWriter screen = spec.commandLine().getOut();
    screen.printf(
        "step %d: %s, %d pictures%n  %s: %s%n",
        checkpoint.progress().step(),
        network.vector(),
        wanted.count(),
        isFolder() ? "folder" : "file",
        target);
    screen.flush();
  }

  private Format format() {
    boolean npz = out.isPresent() && out.get().toString().endsWith(".npz");
    return format.orElse(npz ? Format.npz : Format.png);
  }

  private boolean isFolder() {
    return format() == Format.png && !grid;
  }

  private Path named(StoredCheckpoint checkpoint) {
    String name = checkpoint.file().getFileName().toString().replaceFirst("\\.ckpt$", "");
    return Path.of(name + "-samples" + (isFolder() ? "" : "." + format()));
  }

  private void requireFree(Path target, StoredCheckpoint checkpoint)
      throws CliException, IOException {
    if (!isFolder()) {
      OutputFile.requireFree(target, force, checkpoint);
      return;
    }
    if (Files.exists(target) && !Files.isDirectory(target)) {
      throw new CliException(
          "%s is a file; name a folder, or add --grid for a single PNG".formatted(target));
    }
    Optional<Path> foreign = SampleOutput.foreignFile(target);
    if (foreign.isPresent()) {
      throw new CliException(
          "%s holds %s, which is no numbered picture; name another folder"
              .formatted(target, foreign.get().getFileName()));
    }
    if (!force && !SampleOutput.isFree(target)) {
      throw new CliException(
          "%s holds pictures already; --force replaces them, --out DIR names another folder"
              .formatted(target));
    }
  }

  private void write(PictureWriter pictures, SampleInputs.Wanted wanted, Path target)
      throws CliException {
    try {
      if (isFolder()) {
        SampleOutput.folder(target, pictures::singles);
      } else if (grid) {
        SampleOutput.file(target, file -> pictures.grid(file, wanted.layout()));
      } else {
        SampleOutput.file(target, pictures::npz);
      }
    } catch (IOException e) {
      throw new CliException("cannot write %s: %s".formatted(target, e));
    }
  }
}
