package io.troupe.models.networks;

import io.troupe.config.NetworkChoice;
import io.troupe.config.NetworkSettings;
import io.troupe.config.Parts;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Networks that settings choose by name, and what can be asked of them before they are made. */
public abstract class NetworkFamily implements NetworkChoice {
  private final String name;
  private final Set<String> settings;

  /**
   * A family.
   *
   * @param name in {@code network.kind}
   * @param settings keys and sections of the section {@code network} that it reads besides {@code
   *     kind}, {@code latent-size} and the numbers of channels
   */
  protected NetworkFamily(String name, String... settings) {
    this.name = name;
    this.settings = Set.of(settings);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Set<String> settings() {
    return settings;
  }

  /** Heights, and widths, of images that there are networks for, in ascending order. */
  public abstract Set<Integer> sizes();

  /**
   * Why there are no such networks for images, as a sentence that says what there is; empty if
   * there are.
   */
  public Optional<String> misfit(NetworkSettings settings, ImageSpec spec) {
    return sizes().contains(spec.size())
        ? Optional.empty()
        : Optional.of(
            ("network.kind = %1$s makes images of %2$s pixels, and those of the dataset have %3$d x"
                    + " %3$d; set dataset.size for an image folder, or choose another network.kind")
                .formatted(name, sizes(), spec.size()));
  }

  /**
   * Whether the generator is told which class to draw.
   *
   * @param isOn whether a setting of the section {@code network} is true, by its whole key
   */
  public boolean isConditional(Predicate<String> isOn) {
    return true;
  }

  /** The same by settings as they are loaded. */
  public final boolean isConditional(NetworkSettings settings) {
    return isConditional(settings::isOn);
  }

  /**
   * The networks of settings.
   *
   * @param spec of the real images; its size is one of {@link #sizes}
   */
  public abstract GanNetworks networks(NetworkSettings settings, ImageSpec spec);

  /** The family that settings name. */
  public static NetworkFamily of(NetworkSettings settings) {
    return named(settings.kind()).orElseThrow();
  }

  /** The family of a name in {@code network.kind}; empty if there is none on the class path. */
  public static Optional<NetworkFamily> named(String name) {
    return Parts.networks().stream()
        .filter(family -> family.name().equals(name))
        .map(NetworkFamily.class::cast)
        .findFirst();
  }
}
