package io.troupe.actors.checkpoint;

import io.troupe.config.Difference;
import io.troupe.config.RunSettings;
import io.troupe.models.training.TrainingState;
import io.troupe.models.training.Transfer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which values of another run's checkpoint a run began with.
 *
 * @param sha256 of the checkpoint's values, in hexadecimal
 * @param progress of the run that they are of
 * @param adam whether Adam's moments are taken too
 * @param generator what is taken of it, and of its average
 * @param discriminator what is taken of it
 * @param differences of the settings of the networks there and here
 */
public record TakenValues(
    Path checkpoint,
    String sha256,
    TrainingState.Progress progress,
    boolean adam,
    Transfer generator,
    Transfer discriminator,
    List<Difference> differences) {
  /** Copies the list. */
  public TakenValues {
    differences = List.copyOf(differences);
  }

  /** How the run's settings name it. */
  public RunSettings.InitFrom source() {
    return new RunSettings.InitFrom(Optional.of(checkpoint), sha256, adam);
  }

  /** The members of the event that tells it. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("checkpoint", checkpoint.toString());
    map.put("sha256", sha256);
    map.put("of_step", progress.step());
    map.put("adam", adam);
    map.put("differences", differences.stream().map(Difference::toString).toList());
    map.put("generator", toMap(generator));
    map.put("discriminator", toMap(discriminator));
    return map;
  }

  private static Map<String, Object> toMap(Transfer transfer) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("taken_parameters", transfer.takenParameters());
    map.put("tensors", transfer.tensors().stream().map(TakenValues::toMap).toList());
    map.put("unused", transfer.unused());
    return map;
  }

  private static Map<String, Object> toMap(Transfer.Tensor tensor) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", tensor.here().name());
    map.put("shape", tensor.here().shape());
    map.put("taken", tensor.taken());
    tensor
        .there()
        .ifPresent(
            there -> {
              map.put("name_there", there.name());
              map.put("shape_there", there.shape());
            });
    return map;
  }

  /** Names of all tensors that do not fit. */
  List<String> drawnNames() {
    return Stream.concat(
            drawn(generator).stream().map(tensor -> "generator " + tensor.here().name()),
            drawn(discriminator).stream().map(tensor -> "discriminator " + tensor.here().name()))
        .toList();
  }

  private static List<Transfer.Tensor> drawn(Transfer transfer) {
    return transfer.tensors().stream().filter(tensor -> !tensor.taken()).toList();
  }

  /** What is taken, for people: a line for each network, and a table of what is drawn anew. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s of step %d%s"
            .formatted(checkpoint, progress.step(), adam ? ", with Adam's moments" : ""));
    differences.forEach(difference -> lines.add("differs: " + difference));
    describe("generator and average", generator, lines);
    describe("discriminator", discriminator, lines);
    return lines;
  }

  private static void describe(String network, Transfer transfer, List<String> lines) {
    List<Transfer.Tensor> drawn = drawn(transfer);
    long parameters =
        transfer.tensors().stream()
            .filter(tensor -> tensor.here().trainable())
            .mapToLong(tensor -> tensor.here().length())
            .sum();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: %d of %d tensors taken, %,d of %,d parameters; %d of the checkpoint not used",
            network,
            transfer.tensors().size() - drawn.size(),
            transfer.tensors().size(),
            transfer.takenParameters(),
            parameters,
            transfer.unused().size()));
    for (Transfer.Tensor tensor : drawn) {
      lines.add(
          "  drawn %-28s %-20s %s"
              .formatted(
                  tensor.here().name(),
                  shape(tensor.here().shape()),
                  tensor
                      .there()
                      .map(there -> "there %s %s".formatted(there.name(), shape(there.shape())))
                      .orElse("not there")));
    }
  }

  private static String shape(List<Long> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
  }
}
