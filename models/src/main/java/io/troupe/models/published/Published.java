package io.troupe.models.published;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.weights.WeightsGroup;
import java.util.List;
import java.util.Optional;

/** A published program whose networks are some of ours. */
public interface Published {
  /** What people call it. */
  String program();

  /** The value of {@code network.kind}. */
  String kind();

  /** The preset that its networks are closest to. */
  String preset();

  /** The kind of dataset to begin with, where the preset's needs a path. */
  default Optional<String> dataset() {
    return Optional.empty();
  }

  /** What a group of tensors is; empty if it is nothing of this program. */
  Optional<Recognised> recognise(WeightsGroup group);

  /**
   * Why networks have no counterpart in the program, as a sentence; empty if they have one.
   *
   * @param settings of networks of this kind
   */
  Optional<String> misfit(NetworkSettings settings, ImageSpec spec);

  /**
   * The published tensor that one of ours is.
   *
   * @return empty if there is none
   */
  Optional<Counterpart> counterpart(
      NetworkSettings settings, ImageSpec spec, Part part, ParameterLayout.Slot slot);

  /** The program's tensors that ours have no counterpart of, for networks that fit it. */
  List<Extra> extras(NetworkSettings settings, ImageSpec spec, Part part, List<String> names);
}
