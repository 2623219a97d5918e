package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.PublishedImport.Source;
import io.troupe.models.published.Part;
import io.troupe.models.published.Recognised;
import io.troupe.models.published.RecognisedNetworks;
import io.troupe.models.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A file of weights of another program, and what its networks are. */
record PublishedFile(Path path, WeightsFile weights, List<Found> networks)
    implements AutoCloseable {
  /** The name of the average in StyleGAN2-ADA's files. */
  private static final String AVERAGE = "G_ema";

  /**
   * A network.
   *
   * @param recognised empty if no program is known that has such
   */
  record Found(Source source, Optional<Recognised> recognised) {
    boolean is(Part part) {
      return recognised.isPresent() && recognised.get().part() == part;
    }
  }

  /** Opens a file; nothing in it is carried out. */
  static PublishedFile open(Path path) throws CliException {
    if (!Files.isRegularFile(path)) {
      throw new CliException("there is no file %s".formatted(path.toAbsolutePath()));
    }
    try {
      WeightsFile weights = WeightsFile.open(path);
      List<Found> networks = new ArrayList<>();
      weights
          .groups()
          .forEach(
              (name, group) ->
                  networks.add(
                      new Found(
                          new Source(path, name, group), RecognisedNetworks.recognise(group))));
      return new PublishedFile(path, weights, networks);
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(path, ImportProblems.reason(e)));
    }
  }

  /** Why none of it can be imported, as a sentence; empty if its networks may be. */
  Optional<String> refusal() {
    if (!weights.foreignCalls().isEmpty()) {
      return Optional.of(
          ("loading it by Python would call %s, which no file of weights needs; it was not called."
                  + " Save the network's state_dict() alone if the file is your own")
              .formatted(String.join(", ", weights.foreignCalls())));
    }
    return networks.stream().anyMatch(found -> found.recognised().isPresent())
        ? Optional.empty()
        : Optional.of(
            "it holds %s of DCGAN of PyTorch's examples, BigGAN-PyTorch or StyleGAN2-ADA"
                .formatted(networks.isEmpty() ? "no tensors" : "no networks"));
  }

  /** The generator that pictures are made with: the average, where there are both. */
  Optional<Found> average() {
    return named(AVERAGE).or(() -> first(Part.GENERATOR));
  }

  /** The generator that is trained, where there are both. */
  Optional<Found> generator() {
    return named("G").or(() -> first(Part.GENERATOR));
  }

  Optional<Found> discriminator() {
    return first(Part.DISCRIMINATOR);
  }

  private Optional<Found> named(String name) {
    return networks.stream()
        .filter(found -> found.is(Part.GENERATOR) && found.source().name().equals(name))
        .findFirst();
  }

  private Optional<Found> first(Part part) {
    return networks.stream().filter(found -> found.is(part)).findFirst();
  }

  @Override
  public void close() throws CliException {
    try {
      weights.close();
    } catch (IOException e) {
      throw new CliException("cannot close %s: %s".formatted(path, ImportProblems.reason(e)));
    }
  }
}
