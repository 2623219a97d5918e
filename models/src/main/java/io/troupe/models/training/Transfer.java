package io.troupe.models.training;

import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterLayout.Slot;
import io.troupe.models.networks.NetworkBlock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which values of a network another one of its family can take: those of tensors that do the same
 * at the same resolution and have the same shape. Spectral norm's vectors are taken with their
 * weights only.
 *
 * @param tensors of the network that takes, in its order
 * @param unused names of the other one's tensors of which nothing is taken
 */
public record Transfer(List<Tensor> tensors, List<String> unused) {
  /**
   * A tensor of the network that takes.
   *
   * @param here where it lies
   * @param there the other network's tensor that does the same, if it has one
   * @param taken whether its values are that one's
   */
  public record Tensor(Slot here, Optional<Slot> there, boolean taken) {}

  /**
   * A network.
   *
   * @param blocks its parts that work at some resolutions only
   */
  public record Network(ParameterLayout layout, List<NetworkBlock> blocks) {
    private String role(Slot slot) {
      return (slot.trainable() ? "" : "state ") + NetworkBlock.role(slot.name(), blocks);
    }
  }

  /** Copies the lists. */
  public Transfer {
    tensors = List.copyOf(tensors);
    unused = List.copyOf(unused);
  }

  /**
   * Finds them.
   *
   * @param here the network that takes
   * @param there the one that gives, of the same family
   */
  public static Transfer of(Network here, Network there) {
    Map<String, Slot> given = new HashMap<>();
    there.layout().slots().forEach(slot -> given.put(there.role(slot), slot));
    Set<String> drawn = new HashSet<>();
    List<Tensor> tensors =
        here.layout().slots().stream()
            .map(slot -> tensor(slot, Optional.ofNullable(given.get(here.role(slot))), drawn))
            .toList();
    Set<String> taken =
        tensors.stream()
            .filter(Tensor::taken)
            .map(tensor -> tensor.there().orElseThrow().name())
            .collect(Collectors.toSet());
    List<String> unused =
        there.layout().slots().stream().map(Slot::name).filter(n -> !taken.contains(n)).toList();
    return new Transfer(tensors, unused);
  }

  /**
   * @param drawn names of the tensors that are not taken; trainable ones come before states
   */
  private static Tensor tensor(Slot here, Optional<Slot> there, Set<String> drawn) {
    String scope = here.name().substring(0, here.name().lastIndexOf('.') + 1);
    boolean taken =
        there.filter(slot -> slot.shape().equals(here.shape())).isPresent()
            && (here.trainable() || !drawn.contains(scope + "weight"));
    if (!taken) {
      drawn.add(here.name());
    }
    return new Tensor(here, there, taken);
  }

  /** Whether all is taken, and nothing is left. */
  public boolean isWhole() {
    return unused.isEmpty() && tensors.stream().allMatch(Tensor::taken);
  }

  /** Whether a weight is taken, and not only vectors such as biases. */
  public boolean hasWeights() {
    return tensors.stream()
        .anyMatch(t -> t.taken() && t.here().trainable() && t.here().shape().size() > 1);
  }

  /** Trainable values that are taken. */
  public long takenParameters() {
    return tensors.stream()
        .filter(tensor -> tensor.taken() && tensor.here().trainable())
        .mapToLong(tensor -> tensor.here().length())
        .sum();
  }
}
