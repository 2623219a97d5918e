package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.CheckpointNetworks;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.checkpoint.StoredGenerator;
import io.troupe.actors.checkpoint.StoredNetwork;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import io.troupe.actors.sampling.ClassNames;
import io.troupe.actors.sampling.DrawnPictures;
import io.troupe.actors.sampling.ImageBatches;
import io.troupe.actors.sampling.PictureWriter;
import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.IoReason;
import io.troupe.models.training.GeneratorSampler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes pictures of a run's present generator or of a checkpoint's, and says of which. */
@Command(
    name = "sample",
    description = {
      "Makes pictures, and says which generator made them and where they are.",
      "",
      "If the run's daemon is alive, its present generator makes them. Without options that say which"
          + " pictures, the daemon draws its usual grid into the run's samples/; with such options and"
          + " --grid it draws those into the run's pictures/. For single pictures, and for what it"
          + " cannot draw itself, it writes a checkpoint, and the pictures are made from that.",
      "",
      "Without a daemon they are made from the run's newest good checkpoint: without options that say"
          + " which pictures, a grid in the run's pictures/. If a checkpoint file is named, they are"
          + " made from that.",
      ""
    },
    footer = {
      "  troupe sample                            # a grid of the living run",
      "  troupe sample demo --count 3000 --out pictures",
      "  troupe sample demo --grid --class 3 --truncation 0.5 --out three.png",
      "  troupe sample demo --grid --interpolate --count 64",
      "  troupe sample demo-2 --count 10000 --out fake.npz",
      "  troupe sample runs/demo/checkpoints/best/step-000000800.ckpt --grid"
    })
final class SampleCommand extends CliCommand {
  /** Options that do not say which pictures. */
  private static final Set<String> OF_ALL = Set.of("--run-dir", "--json");

  /** Those of pictures that a daemon draws by itself. */
  private static final Set<String> OF_DAEMONS =
      Set.of(
          "--run-dir",
          "--json",
          "--grid",
          "--count",
          "--class",
          "--seed",
          "--truncation",
          "--ema",
          "--out",
          "--force");

  private static final int MAX_GRID = 4096;

  @Parameters(
      paramLabel = "RUN|CHECKPOINT",
      arity = "0..1",
      description =
          "A run's folder, its name below runs/, or a .ckpt file. RUN is the same as --run-dir RUN.")
  private Optional<Path> place = Optional.empty();

  @Mixin private RunChoice run;
  @Mixin private JsonOption json;
  @Mixin private CheckpointSource checkpoints;
  @Mixin private SampleInputs inputs;

  @ArgGroup private GeneratorValues values = new GeneratorValues();

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
              + " width, channels] in [-1, 1], and labels, int32 [N]. Default: npz if --out ends with it,"
              + " else png.")
  private Optional<SampleTarget.Format> format = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR|FILE",
      description =
          "The folder for PNGs, the file for a grid or npz. Default: named after the checkpoint; a"
              + " grid in the run's pictures/, others in the working directory.")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--force", description = "Replace pictures that are there.")
  private boolean force;

  @Override
  public Integer call()
      throws CliException, CheckpointException, ControlException, InterruptedException {
    Set<String> given = given();
    if (place.isPresent() && given.contains("--run-dir")) {
      throw wrong(
          "%s and --run-dir both say which run; leave one of them out".formatted(place.get()));
    }
    inputs.requireSense(grid);
    if (grid && format() == SampleTarget.Format.npz) {
      throw wrong("--grid is a PNG; leave out --format npz");
    }
    Path source = source();
    Optional<RunDirectory> living = living(source);
    if (living.isPresent() && OF_ALL.containsAll(given)) {
      drawGrid(living.get());
      return 0;
    }
    if (living.isPresent() && OF_DAEMONS.containsAll(given) && inputs.order().isPresent() && grid) {
      drawPictures(living.get(), inputs.order().get());
      return 0;
    }
    if (OF_ALL.containsAll(given)) {
      // The same step gives the same picture.
      grid = true;
      force = true;
    }
    Path file = living.isPresent() ? RunChoice.checkpoint(living.get()) : source;
    try (StoredCheckpoint checkpoint = checkpoints.open(file)) {
      Optional<RunDirectory> of =
          Files.isDirectory(source)
              ? Optional.of(new RunDirectory(source))
              : CheckpointSource.run(checkpoint);
      sample(checkpoint, of, living.isPresent());
      return 0;
    } catch (IOException e) {
      throw new CliException("cannot read the checkpoint: " + IoReason.of(e));
    }
  }

  private Path source() throws CliException {
    return place.isEmpty() ? run.directory().root() : CheckpointSource.resolved(place.get());
  }

  private Set<String> given() {
    return spec().commandLine().getParseResult().matchedOptions().stream()
        .map(option -> option.longestName())
        .collect(Collectors.toSet());
  }

  /** The run of a directory if its daemon lives. */
  private static Optional<RunDirectory> living(Path source) throws CliException {
    try {
      RunDirectory directory = new RunDirectory(source);
      return Files.isDirectory(source) && RunLock.isHeld(directory)
          ? Optional.of(directory)
          : Optional.empty();
    } catch (IOException e) {
      throw new CliException(
          "cannot see whether a daemon holds %s: %s".formatted(source, IoReason.of(e)));
    }
  }

  /** Lets a daemon draw its grid. */
  private void drawGrid(RunDirectory directory)
      throws CliException, ControlException, InterruptedException {
    JsonNode answer = RunChoice.client(directory).command("sample", TroupeCommand.WRITE_TIMEOUT);
    tellDrawn(directory, answer, "the run's grid", file(directory.samples(), answer));
  }

  /** Lets a daemon draw pictures on one PNG. */
  private void drawPictures(RunDirectory directory, JsonNode order)
      throws CliException, ControlException, InterruptedException {
    if (out.isPresent()) {
      OutputFile.requireFree(out.get(), force);
    }
    JsonNode answer =
        RunChoice.client(directory).command("sample", order, TroupeCommand.WRITE_TIMEOUT);
    Path drawn = file(directory.pictures(), answer);
    if (out.isPresent()) {
      try {
        AtomicFile.write(
            out.get(), file -> Files.copy(drawn, file, StandardCopyOption.REPLACE_EXISTING));
      } catch (IOException e) {
        throw new CliException("cannot write %s: %s".formatted(out.get(), IoReason.of(e)));
      }
    }
    String pictures = answer.path("message").asText().replaceFirst(" written$", "");
    tellDrawn(directory, answer, pictures, out.orElse(drawn));
  }

  /** The daemon's own path may be relative to another working directory. */
  private static Path file(Path folder, JsonNode answer) {
    return folder.resolve(Path.of(answer.path("file").asText()).getFileName());
  }

  private void tellDrawn(RunDirectory directory, JsonNode answer, String pictures, Path file) {
    tell(
        new MadePictures(
            Optional.of(directory.root()),
            answer.path("step").asLong(),
            StoredNetwork.GENERATOR_AVERAGE,
            Optional.empty(),
            false,
            pictures,
            file));
  }

  private void tell(MadePictures made) {
    json.print(screen(), made.json(), made.text());
  }

  private void sample(StoredCheckpoint checkpoint, Optional<RunDirectory> of, boolean written)
      throws CliException, CheckpointException, IOException {
    RunSettings settings = checkpoints.settings(checkpoint);
    CheckpointNetworks networks = CheckpointNetworks.of(checkpoint, settings);
    StoredNetwork network = values.network();
    int latentSize = settings.network().latentSize();
    SampleInputs.Wanted wanted =
        inputs.wanted(
            settings.network(),
            ClassNames.of(settings.dataset(), networks.spec().classes()),
            checkpoint.seed());
    if (grid && wanted.count() > MAX_GRID) {
      throw new CliException(
          "a grid of %d pictures is too large; at most %d fit, leave out --grid for more"
              .formatted(wanted.count(), MAX_GRID));
    }
    SampleTarget target = SampleTarget.of(out, format(), grid, checkpoint, of);
    target.requireFree(force, checkpoint);
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
      target.write(
          new PictureWriter(
              new ImageBatches(generator, latentSize, wanted.source()), wanted.count()),
          wanted.layout());
    }
    tell(
        new MadePictures(
            of.map(RunDirectory::root),
            checkpoint.progress().step(),
            network,
            Optional.of(checkpoint.file()),
            written,
            inputs.words(wanted.count(), checkpoint.seed()),
            target.place()));
  }

  private SampleTarget.Format format() {
    boolean npz = out.isPresent() && out.get().toString().endsWith(".npz");
    return format.orElse(npz ? SampleTarget.Format.npz : SampleTarget.Format.png);
  }
}
