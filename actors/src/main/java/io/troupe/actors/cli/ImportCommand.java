package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.PublishedImport;
import io.troupe.actors.checkpoint.PublishedImport.Source;
import io.troupe.actors.cli.PublishedFile.Found;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.config.Assignment;
import io.troupe.config.CommandHint;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.published.MisfitException;
import io.troupe.models.published.Recognised;
import io.troupe.models.published.RecognisedNetworks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a run of published weights. */
@Command(
    name = "import",
    description =
        "Makes a run whose networks have the published weights of DCGAN (PyTorch's examples),"
            + " BigGAN-PyTorch or StyleGAN2-ADA. Files are read, never executed. The network's"
            + " settings follow from the file; docs/published-weights.md says how.",
    footer = {
      "  troupe import cifar10c.pkl --run-dir runs/ada",
      "  troupe import netG.pth --discriminator netD.pth --run-dir runs/dcgan",
      "  troupe import G_ema.pth --raw G.pth --discriminator D.pth --run-dir runs/g"
    })
final class ImportCommand extends CliCommand {
  @Parameters(
      paramLabel = "FILE",
      description =
          "A .pth, .pkl or .safetensors file with a generator: the one that pictures are made with.")
  private Path file;

  @Option(
      names = "--raw",
      paramLabel = "FILE",
      description =
          "The generator's trained values, where FILE has their average. Default: those in FILE.")
  private Optional<Path> raw = Optional.empty();

  @Option(
      names = "--discriminator",
      paramLabel = "FILE",
      description =
          "The discriminator. Default: the one in FILE; if there is none, it begins with random"
              + " values.")
  private Optional<Path> discriminator = Optional.empty();

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      required = true,
      description = "The run's folder; it must not be there yet.")
  private Path runDirectory;

  @Mixin private final SettingsOptions given = new SettingsOptions();

  @Override
  public Integer call() throws CliException, RunException {
    try (PublishedFile main = open(file);
        PublishedFile trained = raw.isPresent() ? open(raw.get()) : null;
        PublishedFile other = discriminator.isPresent() ? open(discriminator.get()) : null) {
      Found average =
          main.average().orElseThrow(() -> new CliException(file + " holds no generator"));
      Found generator =
          trained == null
              ? main.generator().orElseThrow()
              : trained
                  .generator()
                  .orElseThrow(() -> new CliException(raw.get() + " holds no generator"));
      Optional<Found> found = other == null ? main.discriminator() : other.discriminator();
      if (other != null && found.isEmpty()) {
        throw new CliException(discriminator.get() + " holds no discriminator");
      }
      make(average, generator, found);
      return 0;
    }
  }

  private static PublishedFile open(Path path) throws CliException {
    PublishedFile opened = PublishedFile.open(path);
    Optional<String> refusal = opened.refusal();
    if (refusal.isPresent()) {
      opened.close();
      throw new CliException("cannot import %s: %s".formatted(path, refusal.get()));
    }
    return opened;
  }

  private void make(Found average, Found generator, Optional<Found> found)
      throws CliException, RunException {
    Source source = average.source();
    try {
      List<Recognised> recognised =
          Stream.concat(Stream.of(average, generator), found.stream())
              .map(one -> one.recognised().orElseThrow())
              .toList();
      RecognisedNetworks networks = RecognisedNetworks.of(recognised);
      RunSettings settings = settings(networks);
      RunDirectory directory = new RunDirectory(runDirectory);
      new PublishedImport(
              settings, networks.spec(), source, generator.source(), found.map(Found::source))
          .make(directory);
      report(directory, recognised, networks, found.isPresent());
    } catch (MisfitException e) {
      throw new CliException(
          "cannot import %s: %s".formatted(source, ImportProblems.text(e.problems())));
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(source, ImportProblems.reason(e)));
    }
  }

  /** Those of the preset, the options and the files' networks, which must not contradict. */
  private RunSettings settings(RecognisedNetworks networks) throws CliException {
    List<Assignment> changes = new ArrayList<>();
    if (!given.mayChange("dataset")) {
      networks
          .program()
          .dataset()
          .ifPresent(kind -> changes.add(Assignment.option(file + ":", "dataset.kind", kind)));
    }
    networks
        .settings()
        .forEach((key, value) -> changes.add(Assignment.option(file + ":", key, value)));
    given.assignments().forEach(changes::add);
    RunSettings settings = given.ofNewRun(networks.program().preset(), changes);
    Map<String, String> values = SettingsLoader.values(settings);
    for (Map.Entry<String, String> said : networks.settings().entrySet()) {
      String value = values.get(said.getKey()).replace("\"", "");
      if (!value.equals(said.getValue().replace("\"", ""))) {
        throw new CliException(
            "%s is %s in the settings, and the networks of %s have %s; leave it out"
                .formatted(said.getKey(), value, file, said.getValue()));
      }
    }
    return settings;
  }

  private void report(
      RunDirectory directory,
      List<Recognised> recognised,
      RecognisedNetworks networks,
      boolean withDiscriminator) {
    PrintWriter screen = screen();
    screen.println("generator      " + recognised.get(0).text());
    screen.println(
        "discriminator  "
            + (withDiscriminator
                ? recognised.get(recognised.size() - 1).text()
                : "of random values: there is none in the file"));
    networks.settings().forEach((key, value) -> screen.println("  %s = %s".formatted(key, value)));
    screen.println("run            " + directory.root());
    screen.println("next           " + CommandHint.of("sample", directory.root()));
    screen.flush();
  }
}
