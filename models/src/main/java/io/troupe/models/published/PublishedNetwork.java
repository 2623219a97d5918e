package io.troupe.models.published;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.StyledNetworks;
import io.troupe.models.weights.StoredTensor;
import io.troupe.models.weights.WeightsGroup;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A network of ours as the published program has it: which tensor is which. */
public final class PublishedNetwork {
  private static final double FILTER_TOLERANCE = 1e-6;

  private final Published program;
  private final Map<ParameterLayout.Slot, Counterpart> pairs;
  private final List<Extra> extras;

  private PublishedNetwork(
      Published program, Map<ParameterLayout.Slot, Counterpart> pairs, List<Extra> extras) {
    this.program = program;
    this.pairs = pairs;
    this.extras = extras;
  }

  /** A tensor for the program. */
  public interface Tensor {
    /** Its name there. */
    String name();

    /** Its shape there; empty for a single number. */
    List<Long> shape();
  }

  /** One of ours. */
  public record Ours(ParameterLayout.Slot slot, String name, List<Long> shape) implements Tensor {}

  /** One of theirs alone. */
  public record Theirs(Extra extra, int index) implements Tensor {
    @Override
    public String name() {
      return extra.name();
    }

    @Override
    public List<Long> shape() {
      return extra.shape();
    }
  }

  /**
   * The program's network.
   *
   * @param layout of our network of these settings
   * @throws MisfitException if the program has no such network
   */
  public static PublishedNetwork of(
      NetworkSettings settings, ImageSpec spec, Part part, ParameterLayout layout)
      throws MisfitException {
    Published program =
        PublishedPrograms.of(settings)
            .orElseThrow(
                () ->
                    new MisfitException(
                        "networks of the kind %s are of no published program that is known"
                            .formatted(settings.kind())));
    String misfit = program.misfit(settings, spec).orElse("");
    if (!misfit.isEmpty()) {
      throw new MisfitException(misfit);
    }
    Map<ParameterLayout.Slot, Counterpart> pairs = new LinkedHashMap<>();
    for (ParameterLayout.Slot slot : layout.slots()) {
      Optional<Counterpart> found = program.counterpart(settings, spec, part, slot);
      if (found.isPresent()) {
        pairs.put(slot, found.get());
      } else if (!slot.name().equals(StyledNetworks.PATH_LENGTH)) {
        throw new MisfitException(
            "%s has no tensor for ours named %s".formatted(program.program(), slot.name()));
      }
    }
    List<String> names = pairs.values().stream().map(Counterpart::name).toList();
    return new PublishedNetwork(program, pairs, program.extras(settings, spec, part, names));
  }

  /** Whose it is. */
  public Published program() {
    return program;
  }

  /** All tensors that the program's module has. */
  public List<Tensor> tensors() {
    List<Tensor> all = new ArrayList<>();
    pairs.forEach((slot, pair) -> all.add(new Ours(slot, pair.name(), pair.shape())));
    extras.forEach(extra -> all.add(new Theirs(extra, all.size())));
    return all;
  }

  /** A tensor's elements in the program's order. */
  public float[] published(ParameterLayout.Slot slot, float[] ours) {
    return pairs.get(slot).arrangement().toTheirs(ours);
  }

  /**
   * Why a file's tensors are not those of this network: all that are missing, are more, or have
   * other shapes.
   */
  public List<String> problems(WeightsGroup group) throws IOException {
    List<String> problems = new ArrayList<>();
    Set<String> left = new LinkedHashSet<>(group.tensors().keySet());
    for (Counterpart pair : pairs.values()) {
      left.remove(pair.name());
      StoredTensor found = group.tensors().get(pair.name());
      if (found == null) {
        problems.add("%s %s is missing".formatted(pair.name(), pair.shape()));
      } else if (!found.shape().equals(pair.shape())) {
        problems.add(
            "%s has the shape %s, and %s is expected"
                .formatted(pair.name(), found.shape(), pair.shape()));
      }
    }
    for (Extra extra : extras) {
      left.remove(extra.name());
      requireFilter(group, extra, problems);
    }
    left.forEach(
        name ->
            problems.add(
                "%s %s has no counterpart".formatted(name, group.tensors().get(name).shape())));
    return problems;
  }

  /**
   * Copies a file's tensors into the values of our network. Those that ours alone has stay as they
   * are.
   *
   * @param values as long as the layout
   * @throws MisfitException if there are {@link #problems}, or an element is not finite
   * @throws IOException if the file cannot be read
   */
  public void fill(WeightsGroup group, FloatVector values) throws MisfitException, IOException {
    List<String> problems = problems(group);
    if (!problems.isEmpty()) {
      throw new MisfitException(problems);
    }
    FloatBuffer target = values.write();
    for (Map.Entry<ParameterLayout.Slot, Counterpart> pair : pairs.entrySet()) {
      String name = pair.getValue().name();
      float[] theirs;
      try {
        theirs = group.tensors().get(name).values();
      } catch (IOException e) {
        throw new IOException("tensor %s: %s".formatted(name, e.getMessage()), e);
      }
      float[] ours = pair.getValue().arrangement().toOurs(theirs);
      requireFinite(name, ours);
      target.put(Math.toIntExact(pair.getKey().offset()), ours);
    }
  }

  private static void requireFinite(String name, float... values) throws MisfitException {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new MisfitException("%s has an element %s".formatted(name, value));
      }
    }
  }

  /** Ours filter by [1, 3, 3, 1] always. */
  private static void requireFilter(WeightsGroup group, Extra extra, List<String> problems)
      throws IOException {
    StoredTensor found = group.tensors().get(extra.name());
    if (extra.kind() != Extra.Kind.FILTER || found == null) {
      return;
    }
    boolean same = found.shape().equals(extra.shape());
    float[] values = same ? found.values() : new float[0];
    for (int i = 0; i < values.length; i++) {
      same &= Math.abs(values[i] - Extra.filter(i)) < FILTER_TOLERANCE;
    }
    if (!same) {
      problems.add("%s is not the filter [1, 3, 3, 1]".formatted(extra.name()));
    }
  }
}
