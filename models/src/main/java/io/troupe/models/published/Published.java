package io.troupe.models.published;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.weights.WeightsGroup;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A published program whose networks are some of ours. */
public abstract class Published {
  private final String program;
  private final String kind;
  private final String preset;
  private final List<Integer> channels;

  Published(String program, String kind, String preset, Integer... channels) {
    this.program = program;
    this.kind = kind;
    this.preset = preset;
    this.channels = List.of(channels);
  }

  /**
   * A network of this program.
   *
   * @param problems why ours cannot be the same, as sentences
   */
  final Recognised recognised(
      Part part,
      int size,
      int channels,
      OptionalInt classes,
      Map<String, String> settings,
      List<String> problems) {
    Optional<String> wrong =
        this.channels.contains(channels)
            ? Optional.empty()
            : Optional.of(
                "its pictures have %d channels; those of %s can be imported"
                    .formatted(channels, this.channels));
    List<String> all = Stream.concat(problems.stream(), wrong.stream()).toList();
    return new Recognised(
        this,
        part,
        size,
        channels,
        classes,
        settings,
        all.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", all)));
  }

  /** What people call it. */
  public final String program() {
    return program;
  }

  /** The value of {@code network.kind}. */
  public final String kind() {
    return kind;
  }

  /** The preset that its networks are closest to. */
  public final String preset() {
    return preset;
  }

  /** The kind of dataset to begin with, where the preset's needs a path. */
  public Optional<String> dataset() {
    return Optional.empty();
  }

  /** What a group of tensors is; empty if it is nothing of this program. */
  public abstract Optional<Recognised> recognise(WeightsGroup group);

  /**
   * Why networks have no counterpart in the program, as a sentence; empty if they have one.
   *
   * @param settings of networks of this kind
   */
  public abstract Optional<String> misfit(NetworkSettings settings, ImageSpec spec);

  /**
   * The published tensor that one of ours is.
   *
   * @return empty if there is none
   */
  public abstract Optional<Counterpart> counterpart(
      NetworkSettings settings, ImageSpec spec, Part part, ParameterLayout.Slot slot);

  /** The program's tensors that ours have no counterpart of, for networks that fit it. */
  public abstract List<Extra> extras(
      NetworkSettings settings, ImageSpec spec, Part part, List<String> names);
}
