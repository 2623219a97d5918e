package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.http.Json;
import io.troupe.actors.run.PictureOrder;
import io.troupe.actors.sampling.ClassNames;
import io.troupe.actors.sampling.DrawnPictures;
import io.troupe.actors.sampling.FileLatents;
import io.troupe.actors.sampling.GridLayout;
import io.troupe.actors.sampling.InterpolatedLatents;
import io.troupe.actors.sampling.LatentSource;
import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.networks.NetworkFamily;
import io.troupe.models.training.GeneratorSampler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine.Option;

/** Options that say which pictures a generator makes. */
final class SampleInputs extends MixedOptions {
  /** Options that a file of latent vectors leaves no room for. */
  private static final Set<String> DRAWING =
      Set.of("--count", "--class", "--seed", "--truncation", "--interpolate");

  private static final int MAX_COUNT = 1_000_000;
  private static final int INTERPOLATION_STEPS = 8;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "64",
      description = "Pictures to make, at most 1,000,000. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--class",
      paramLabel = "NAME|INDEX",
      description = "Class of all pictures. Default: each class in turn.")
  private Optional<String> label = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "The seed that latent vectors are drawn with. Default: the run's, which gives those of the"
              + " run's own grids.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--truncation",
      paramLabel = "T",
      description =
          "Better but less varied pictures, T from 0.01 to 1. BigGAN and DCGAN: draw the latent"
              + " vectors' numbers from a normal distribution truncated to [-2T, 2T], without"
              + " scaling. StyleGAN2: multiply the styles' differences from the mean style by T."
              + " Default: not truncated.")
  private Optional<Double> truncation = Optional.empty();

  @Option(
      names = "--interpolate",
      description =
          "Rows of 8 pictures that go linearly from one latent vector to another of the same class."
              + " Needs --grid and a --count that is a multiple of 8.")
  private boolean interpolate;

  @Option(
      names = "--latents",
      paramLabel = "FILE",
      description =
          "Make exactly the pictures of an .npz file with z, float32 [n, latent size], and y,"
              + " integer classes [n]; StyleGAN2's noise inputs are zero then.")
  private Optional<Path> file = Optional.empty();

  /**
   * The pictures that are wanted.
   *
   * @param layout of a grid of all of them
   */
  record Wanted(LatentSource source, int count, GridLayout layout) {}

  /** The order that a daemon can draw by itself; empty if it cannot. */
  Optional<ObjectNode> order() {
    if (file.isPresent() || interpolate || count > PictureOrder.MAX_COUNT) {
      return Optional.empty();
    }
    ObjectNode order = Json.mapper().createObjectNode().put("count", count);
    label.ifPresent(text -> order.put("class", text));
    truncation.ifPresent(value -> order.put("truncation", value));
    seed.ifPresent(value -> order.put("seed", value));
    return Optional.of(order);
  }

  /** Refuses options that make no sense, whatever the checkpoint is. */
  void requireSense(boolean grid) {
    require(
        count >= 1 && count <= MAX_COUNT, "--count: %d is not from 1 to 1000000".formatted(count));
    truncation
        .flatMap(DrawnPictures::misfit)
        .ifPresent(misfit -> require(false, "--truncation: " + misfit));
    if (interpolate) {
      require(grid, "--interpolate makes rows of pictures; add --grid");
      require(
          count % INTERPOLATION_STEPS == 0,
          "--interpolate makes rows of 8 pictures; --count %d is not a multiple of 8"
              .formatted(count));
    }
    if (file.isPresent()) {
      command().commandLine().getParseResult().matchedOptions().stream()
          .map(option -> option.longestName())
          .filter(DRAWING::contains)
          .findFirst()
          .ifPresent(
              name -> require(false, "--latents says which pictures to make; leave out " + name));
    }
  }

  private void require(boolean sense, String message) {
    if (!sense) {
      throw wrong(message);
    }
  }

  /**
   * The wanted pictures of a generator.
   *
   * @param runSeed used without --seed
   */
  Wanted wanted(NetworkSettings network, ClassNames classes, long runSeed) throws CliException {
    int latentSize = network.latentSize();
    if (file.isPresent()) {
      FileLatents latents = read(file.get(), latentSize, classes.count());
      return new Wanted(latents, latents.count(), GridLayout.square(latents.count()));
    }
    OptionalInt chosen = OptionalInt.empty();
    if (label.isPresent()) {
      chosen = classes.label(label.get());
      if (chosen.isEmpty()) {
        throw new CliException(classes.noClass(label.get()));
      }
    }
    DrawnPictures drawn =
        DrawnPictures.of(
            network, classes.count(), chosen, truncation(), count, seed.orElse(runSeed));
    return interpolate
        ? new Wanted(
            new InterpolatedLatents(drawn.source(), INTERPOLATION_STEPS),
            count,
            GridLayout.ofColumns(count, INTERPOLATION_STEPS))
        : new Wanted(drawn.source(), count, drawn.layout());
  }

  private OptionalDouble truncation() {
    return truncation.isPresent() ? OptionalDouble.of(truncation.get()) : OptionalDouble.empty();
  }

  /**
   * The pictures in words.
   *
   * @param made how many
   * @param runSeed used without --seed
   */
  String words(int made, long runSeed) {
    if (file.isPresent()) {
      return "%d, of the latent vectors in %s".formatted(made, file.get());
    }
    return "%d, %s, seed %d, %s%s"
        .formatted(
            made,
            label.map("class "::concat).orElse("each class in turn"),
            seed.orElse(runSeed),
            truncation.map(value -> "truncation " + value).orElse("not truncated"),
            interpolate ? ", in rows from one latent vector to another" : "");
  }

  /** How the generator makes them. */
  GeneratorSampler.Use use(NetworkSettings network, int batch, BatchNormMode batchNorm) {
    double psi = truncatesStyles(network) ? truncation.orElse(1.0) : 1;
    return new GeneratorSampler.Use(batch, batchNorm, psi, file.isEmpty());
  }

  private static boolean truncatesStyles(NetworkSettings network) {
    return NetworkFamily.of(network).hasStyles();
  }

  private static FileLatents read(Path file, int latentSize, int classes) throws CliException {
    try {
      return FileLatents.read(file, latentSize, classes);
    } catch (IOException e) {
      throw new CliException("cannot read the latent vectors: " + e.getMessage());
    }
  }
}
