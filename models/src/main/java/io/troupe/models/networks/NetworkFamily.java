package io.troupe.models.networks;

import io.troupe.config.NetworkChoice;
import io.troupe.config.Parts;
import io.troupe.config.RunSettings;
import java.util.Optional;
import java.util.Set;

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

  /** Whether the generator is told which class an image shall have. */
  public boolean isConditional() {
    return true;
  }

  /**
   * The networks of settings.
   *
   * @param classes number of classes of the real images, at least 1
   */
  public abstract GanNetworks networks(RunSettings.Network settings, int classes);

  /** The family that settings name. */
  public static NetworkFamily of(RunSettings.Network settings) {
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
