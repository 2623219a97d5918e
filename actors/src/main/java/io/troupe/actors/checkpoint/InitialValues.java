package io.troupe.actors.checkpoint;

import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.config.Difference;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.IoReason;
import io.troupe.models.graph.ParameterLayout.Slot;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.NetworkLayouts;
import io.troupe.models.training.TrainingState;
import io.troupe.models.training.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The values of another run's checkpoint that a new run begins with: generator, discriminator and
 * average, and Adam's moments if that is wanted, as far as they fit.
 */
public final class InitialValues implements AutoCloseable {
  /** Not used here, and a host that needs a token would ask for one. */
  private static final List<String> CHANGES = List.of("control.host=127.0.0.1");

  private static final int MOST_NAMES = 20;

  private final StoredCheckpoint checkpoint;
  private final TakenValues taken;

  private InitialValues(StoredCheckpoint checkpoint, TakenValues taken) {
    this.checkpoint = checkpoint;
    this.taken = taken;
  }

  /**
   * Opens the checkpoint that a new run's settings name, and finds what fits.
   *
   * @param spec of the new run's images
   * @return empty if they name none, or the folder has checkpoints of the run itself
   * @throws RunException if the file cannot be used
   */
  public static Optional<InitialValues> of(
      RunSettings settings, ImageSpec spec, RunDirectory directory)
      throws RunException, IOException {
    Optional<Path> file = settings.initFrom().checkpoint();
    if (file.isEmpty() || hasBegun(directory)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file.get())) {
      throw new RunException("init-from: there is no checkpoint file " + file.get());
    }
    StoredCheckpoint checkpoint = null;
    try {
      checkpoint = StoredCheckpoint.open(file.get());
      return Optional.of(new InitialValues(checkpoint, match(checkpoint, settings, spec)));
    } catch (CheckpointException e) {
      close(checkpoint);
      throw new RunException("init-from: " + e.getMessage(), e);
    } catch (RunException | RuntimeException e) {
      close(checkpoint);
      throw e;
    } catch (IOException e) {
      close(checkpoint);
      throw new RunException(
          "init-from: cannot read %s: %s".formatted(file.get(), IoReason.of(e)), e);
    }
  }

  private static void close(StoredCheckpoint checkpoint) throws IOException {
    if (checkpoint != null) {
      checkpoint.close();
    }
  }

  /** Whether a run's folder has checkpoints, which it goes on from, whatever it began with. */
  public static boolean hasBegun(RunDirectory directory) throws IOException {
    return Files.isDirectory(directory.checkpoints())
        && !CheckpointFolder.newestFirst(directory.checkpoints()).isEmpty();
  }

  private static TakenValues match(
      StoredCheckpoint checkpoint, RunSettings settings, ImageSpec spec)
      throws RunException, CheckpointException, IOException {
    RunSettings source = settingsOf(checkpoint);
    String kind = settings.network().kind();
    if (!source.network().kind().equals(kind)) {
      throw new RunException(
          ("init-from: %s is of network.kind = %s, and this run has %s; values are taken from"
                  + " networks of the same kind only. Choose a preset of that kind, or leave --init-from"
                  + " out")
              .formatted(checkpoint.file(), source.network().kind(), kind));
    }
    RunSettings.InitFrom wanted = settings.initFrom();
    String sha256 = checkpoint.sha256();
    if (!wanted.sha256().isEmpty() && !wanted.sha256().equals(sha256)) {
      throw new RunException(
          ("init-from: the values in %s have the SHA-256 %s, and init-from.sha256 is %s: it is"
                  + " another checkpoint than meant")
              .formatted(checkpoint.file(), sha256, wanted.sha256()));
    }
    CheckpointNetworks there = CheckpointNetworks.of(checkpoint, source);
    GanNetworks given = GanNetworks.of(source.network(), there.spec());
    NetworkLayouts layouts = NetworkLayouts.of(settings.network(), spec);
    GanNetworks here = GanNetworks.of(settings.network(), spec);
    TakenValues taken =
        new TakenValues(
            checkpoint.file(),
            sha256,
            checkpoint.progress(),
            wanted.adam(),
            Transfer.of(
                new Transfer.Network(layouts.generator(), here.generatorBlocks()),
                new Transfer.Network(there.layouts().generator(), given.generatorBlocks())),
            Transfer.of(
                new Transfer.Network(layouts.discriminator(), here.discriminatorBlocks()),
                new Transfer.Network(there.layouts().discriminator(), given.discriminatorBlocks())),
            SettingsLoader.differences(source, settings).stream()
                .filter(difference -> difference.key().startsWith("network."))
                .toList());
    require(taken, there.spec(), spec);
    return taken;
  }

  /**
   * Refuses what cannot be meant.
   *
   * @param there what the other networks are for
   * @param here what these are for
   */
  private static void require(TakenValues taken, ImageSpec there, ImageSpec here)
      throws RunException {
    if (!taken.generator().hasWeights() && !taken.discriminator().hasWeights()) {
      throw new RunException(
          ("init-from: no weight of %s fits these networks, which are for images of %s, those for"
                  + " images of %s%s. Choose the size and the channels of that run, or leave --init-from"
                  + " out")
              .formatted(
                  taken.checkpoint(),
                  here.inWords(),
                  there.inWords(),
                  different(taken.differences())));
    }
    if (taken.adam() && !(taken.generator().isWhole() && taken.discriminator().isWhole())) {
      throw new RunException(
          ("init-from.adam is true, and not all of %s fits: %s; Adam's moments are taken with whole"
                  + " networks only. Leave --init-adam out")
              .formatted(taken.checkpoint(), some(taken.drawnNames())));
    }
  }

  /** Large networks have hundreds of tensors. */
  private static String some(List<String> names) {
    String first = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    return names.size() > MOST_NAMES
        ? "%s and %d more".formatted(first, names.size() - MOST_NAMES)
        : first;
  }

  private static String different(List<Difference> differences) {
    return differences.isEmpty()
        ? ""
        : differences.stream()
            .map(difference -> difference.toString())
            .collect(Collectors.joining("; ", ". What differs: ", ""));
  }

  /** Those of its run, by the folder that it is in, else by the preset that it names. */
  private static RunSettings settingsOf(StoredCheckpoint checkpoint) throws RunException {
    Optional<RunDirectory> run = RunDirectory.ofCheckpoint(checkpoint.file());
    try {
      return run.isPresent()
          ? SettingsLoader.loadRun(run.get().config(), List.of(), CHANGES)
          : SettingsLoader.load(checkpoint.preset(), List.of(), CHANGES);
    } catch (SettingsException e) {
      throw new RunException(
          "init-from: the settings of the run that %s is of cannot be read: %s"
              .formatted(checkpoint.file(), e.getMessage()),
          e);
    }
  }

  /** What is taken. */
  public TakenValues taken() {
    return taken;
  }

  /**
   * Puts the values into the state that a run begins with.
   *
   * @param state of step 0, with random values
   */
  void putInto(TrainingState state) throws IOException {
    copy(StoredNetwork.GENERATOR, taken.generator(), state);
    copy(StoredNetwork.DISCRIMINATOR, taken.discriminator(), state);
    copy(StoredNetwork.GENERATOR_AVERAGE, taken.generator(), state);
    if (taken.adam()) {
      for (StoredNetwork network : List.of(StoredNetwork.GENERATOR, StoredNetwork.DISCRIMINATOR)) {
        for (String moments : List.of(".adam.first", ".adam.second")) {
          String vector = network.vector() + moments;
          checkpoint.read(vector, 0, state.vectors().get(vector).write());
        }
      }
      TrainingState.Progress trained = taken.progress();
      state.setProgress(
          new TrainingState.Progress(
              0, trained.generatorUpdates(), trained.discriminatorUpdates(), 0));
    }
  }

  private void copy(StoredNetwork network, Transfer transfer, TrainingState state)
      throws IOException {
    for (Transfer.Tensor tensor : transfer.tensors()) {
      if (tensor.taken()) {
        Slot here = tensor.here();
        checkpoint.read(
            network.vector(),
            tensor.there().orElseThrow().offset(),
            state
                .vectors()
                .get(network.vector())
                .write()
                .slice(Math.toIntExact(here.offset()), Math.toIntExact(here.length())));
      }
    }
  }

  @Override
  public void close() throws IOException {
    checkpoint.close();
  }
}
