package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.backup.RunVerification;
import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.CheckpointNetworks;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.checkpoint.StoredNetwork;
import io.troupe.actors.run.FolderAccess;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsManual;
import io.troupe.config.files.IoReason;
import io.troupe.models.graph.ParameterLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what is in a checkpoint. */
@Command(
    name = "inspect",
    description =
        "Verifies a checkpoint and says what is in it: step, preset, seed, SHA-256 of all values,"
            + " size in bytes, the changes of the run's settings up to it, and the networks'"
            + " tensors. For weights of another program (.pth, .pkl or .safetensors) it says what they"
            + " are, and whether 'troupe import' takes them; such a file is never executed. With"
            + " --deep it reads all of a run and says what in it is damaged.",
    footer = {
      "  troupe inspect runs/r1",
      "  troupe inspect runs/r1/checkpoints/step-000012000.ckpt --json",
      "  troupe inspect runs/r1 --deep",
      "  troupe inspect netG.pth"
    })
final class InspectCommand extends CliCommand {
  @Mixin private CheckpointOptions options;

  @Mixin private JsonOption json;

  @Option(
      names = "--deep",
      description =
          "Verify a whole run: settings, journal, every checkpoint, pictures, and what a crash left."
              + " Exit code 1 if something is damaged.")
  private boolean deep;

  @Override
  public Integer call() throws CliException, CheckpointException {
    if (deep) {
      return wholeRun();
    }
    Optional<Path> weights = options.otherProgramsFile();
    return weights.isPresent() ? weights(weights.get()) : checkpoint();
  }

  private int wholeRun() throws CliException {
    if (options.namesSettings()) {
      throw wrong("--deep takes the run's own config.conf; leave --config and --preset out");
    }
    RunDirectory run = options.run();
    try {
      DeepReport report =
          new DeepReport(run, RunVerification.of(run), FolderAccess.writableByOthers(run.root()));
      PrintWriter screen = screen();
      screen.println(json.wanted() ? report.json().toPrettyString() : report.text());
      screen.flush();
      return report.isSound() ? 0 : 1;
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(run.root(), IoReason.of(e)));
    }
  }

  private int weights(Path path) throws CliException {
    try (PublishedFile file = PublishedFile.open(path)) {
      PublishedReport report = new PublishedReport(file);
      PrintWriter screen = screen();
      screen.println(json.wanted() ? report.json().toPrettyString() : report.text());
      screen.flush();
      return 0;
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(path, ImportProblems.reason(e)));
    }
  }

  private int checkpoint() throws CliException, CheckpointException {
    try (StoredCheckpoint checkpoint = options.open()) {
      RunSettings settings = options.settings(checkpoint);
      CheckpointNetworks networks = CheckpointNetworks.of(checkpoint, settings);
      Optional<RunDirectory> run = CheckpointSource.run(checkpoint);
      Optional<InitialisedEvent> initial =
          run.isPresent() ? InitialisedEvent.of(run.get()) : Optional.empty();
      PrintWriter screen = screen();
      screen.println(
          json.wanted()
              ? json(checkpoint, networks, settings, initial).toPrettyString()
              : text(checkpoint, networks, settings, initial));
      screen.flush();
      return 0;
    } catch (IOException e) {
      throw new CliException("cannot read the checkpoint: " + IoReason.of(e));
    }
  }

  private static ObjectNode json(
      StoredCheckpoint checkpoint,
      CheckpointNetworks networks,
      RunSettings settings,
      Optional<InitialisedEvent> initial)
      throws IOException {
    ObjectNode answer = new ObjectMapper().createObjectNode();
    answer
        .put("file", checkpoint.file().toString())
        .put("bytes", checkpoint.bytes())
        .put("sha256", checkpoint.sha256())
        .put("step", checkpoint.progress().step())
        .put("generator_updates", checkpoint.progress().generatorUpdates())
        .put("discriminator_updates", checkpoint.progress().discriminatorUpdates())
        .put("redraws", checkpoint.progress().redraws())
        .put("augmentation_probability", checkpoint.progress().adaptation().probability())
        .put("preset", checkpoint.preset())
        .put("network", settings.network().kind())
        .put("precision", settings.compute().described())
        .put("seed", checkpoint.seed())
        .put("size", networks.spec().size())
        .put("channels", networks.spec().channels())
        .put("classes", networks.spec().classes());
    initial.ifPresent(event -> answer.set("initialised", event.json()));
    ArrayNode changes = answer.putArray("changes");
    for (SettingsHistory.Change change : checkpoint.changes()) {
      ObjectNode item =
          changes.addObject().put("from_step", change.fromStep()).put("key", change.key());
      item.set("from", new ObjectMapper().valueToTree(SettingsManual.plain(change.from())));
      item.set("to", new ObjectMapper().valueToTree(SettingsManual.plain(change.to())));
    }
    ArrayNode list = answer.putArray("networks");
    for (StoredNetwork network : StoredNetwork.values()) {
      ParameterLayout layout = network.layout(networks.layouts());
      ObjectNode item =
          list.addObject()
              .put("name", network.vector())
              .put("parameters", layout.trainableLength())
              .put("states", layout.length() - layout.trainableLength());
      ArrayNode tensors = item.putArray("tensors");
      for (ParameterLayout.Slot slot : layout.slots()) {
        ObjectNode tensor = tensors.addObject().put("name", slot.name());
        ArrayNode shape = tensor.putArray("shape");
        slot.shape().forEach(shape::add);
        tensor.put("trainable", slot.trainable());
      }
    }
    return answer;
  }

  private static String text(
      StoredCheckpoint checkpoint,
      CheckpointNetworks networks,
      RunSettings settings,
      Optional<InitialisedEvent> initial)
      throws IOException {
    StringBuilder text = new StringBuilder();
    row(text, "file", checkpoint.file());
    row(text, "size", String.format(Locale.ROOT, "%,d bytes", checkpoint.bytes()));
    row(text, "sha256", checkpoint.sha256() + " of all values");
    row(text, "step", checkpoint.progress().step());
    row(text, "preset", checkpoint.preset());
    row(text, "network", settings.network().kind());
    row(text, "precision", settings.compute().described());
    row(text, "seed", checkpoint.seed());
    row(text, "images", networks.spec().inWords());
    RunSettings.InitFrom source = settings.initFrom();
    source
        .checkpoint()
        .ifPresent(
            file -> row(text, "init from", "%s, sha256 %s".formatted(file, source.sha256())));
    checkpoint.changes().forEach(change -> row(text, "changed", change));
    for (StoredNetwork network : StoredNetwork.values()) {
      describe(
          text,
          network,
          network.layout(networks.layouts()),
          initial.map(event -> event.drawn(network)).orElse(Set.of()));
    }
    return text.toString().stripTrailing();
  }

  private static void row(StringBuilder text, String name, Object value) {
    text.append("%-12s%s%n".formatted(name, value));
  }

  private static void describe(
      StringBuilder text, StoredNetwork network, ParameterLayout layout, Set<String> drawn) {
    text.append(
        String.format(
            Locale.ROOT,
            "%n%s: %,d parameters, %,d states%n",
            network.vector(),
            layout.trainableLength(),
            layout.length() - layout.trainableLength()));
    if (network == StoredNetwork.GENERATOR_AVERAGE) {
      text.append("  the generator's tensors");
      return;
    }
    for (ParameterLayout.Slot slot : layout.slots()) {
      String shape = slot.shape().stream().map(String::valueOf).collect(Collectors.joining(", "));
      text.append(
          "  %-28s[%s]%s%s%n"
              .formatted(
                  slot.name(),
                  shape,
                  slot.trainable() ? "" : " state",
                  drawn.contains(slot.name()) ? ", drawn anew" : ""));
    }
  }
}
