package io.troupe.actors.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.AtomicFolder;
import io.troupe.config.files.IoReason;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.published.MisfitException;
import io.troupe.models.published.Part;
import io.troupe.models.published.PublishedNetwork;
import io.troupe.models.training.NetworkLayouts;
import io.troupe.models.training.TrainingState;
import io.troupe.models.weights.WeightsGroup;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A new run whose first checkpoint, that of step 0, holds the networks of a published program.
 *
 * @param settings of the run
 * @param spec of the images that the networks are for
 * @param average what pictures are made with
 * @param generator what is trained
 * @param discriminator empty if it begins with random values
 */
public record PublishedImport(
    RunSettings settings,
    ImageSpec spec,
    Source average,
    Source generator,
    Optional<Source> discriminator) {
  /** A network in a file. */
  public record Source(Path file, String name, WeightsGroup group) {
    /** The file, and the network in it if it has a name there. */
    @Override
    public String toString() {
      return name.isEmpty() ? file.toString() : file + "#" + name;
    }
  }

  /**
   * Why these cannot be imported: all tensors that are missing, are more, or have other shapes.
   *
   * @throws MisfitException if there are no such networks in the program
   */
  public List<String> problems(Source source, Part part) throws MisfitException, IOException {
    return network(NetworkLayouts.of(settings.network(), spec), part).problems(source.group());
  }

  /**
   * Makes the run, completely or not at all.
   *
   * @param target a folder that is not there yet
   * @throws RunException if there is something at the target, or it cannot be written
   * @throws MisfitException if the files' tensors are not those of the networks
   * @throws IOException if a file cannot be read
   */
  public void make(RunDirectory target) throws RunException, MisfitException, IOException {
    Path root = target.root().toAbsolutePath().normalize();
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      throw new RunException("there is %s already; name a folder that is not".formatted(root));
    }
    NetworkLayouts layouts = NetworkLayouts.of(settings.network(), spec);
    try (TrainingState state = new TrainingState(layouts, spec)) {
      state.initialise(layouts, settings.seed());
      PublishedNetwork ours = network(layouts, Part.GENERATOR);
      ours.fill(average.group(), state.average());
      ours.fill(generator.group(), state.vectors().get(StoredNetwork.GENERATOR.vector()));
      if (discriminator.isPresent()) {
        network(layouts, Part.DISCRIMINATOR)
            .fill(
                discriminator.get().group(),
                state.vectors().get(StoredNetwork.DISCRIMINATOR.vector()));
      }
      write(root, state, ours.program().program());
    }
  }

  private PublishedNetwork network(NetworkLayouts layouts, Part part) throws MisfitException {
    return PublishedNetwork.of(
        settings.network(),
        spec,
        part,
        part == Part.GENERATOR ? layouts.generator() : layouts.discriminator());
  }

  private void write(Path root, TrainingState state, String program) throws RunException {
    try {
      AtomicFolder.<CheckpointStore.Saved, CheckpointException>write(
          root, folder -> fill(new RunDirectory(folder), state, program));
    } catch (FileAlreadyExistsException e) {
      throw new RunException("there is %s already; name another folder".formatted(root), e);
    } catch (CheckpointException e) {
      throw new RunException(e.getMessage(), e);
    } catch (IOException e) {
      throw new RunException("cannot make the run %s: %s".formatted(root, IoReason.of(e)), e);
    }
  }

  private CheckpointStore.Saved fill(RunDirectory run, TrainingState state, String program)
      throws IOException, CheckpointException {
    AtomicFile.replace(run.events(), event(program));
    AtomicFile.replace(
        run.config(), SettingsLoader.render(SettingsHistory.of(settings, List.of())));
    return new CheckpointStore(run.checkpoints(), settings.preset(), settings.seed()).save(state);
  }

  private String event(String program) throws IOException {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("time", Instant.now().toString());
    event.put("event", RunEvent.IMPORTED.label());
    event.put("step", 0);
    event.put("program", program);
    event.put("generator", generator.toString());
    event.put("average", average.toString());
    discriminator.ifPresent(source -> event.put("discriminator", source.toString()));
    return new ObjectMapper().writeValueAsString(event) + "\n";
  }
}
