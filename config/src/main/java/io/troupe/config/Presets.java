package io.troupe.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The presets, which are class path resources made from {@code config/presets/*.conf}. */
final class Presets {
  /** In the order in which they are listed to people. */
  static final List<String> NAMES =
      List.of(
          "demo",
          "biggan-cifar100",
          "biggan-cifar100-small",
          "biggan-cifar100-fast",
          "biggan-cr-cifar100-small",
          "biggan-bcr-cifar100-small",
          "biggan-lecam-cifar100-small",
          "biggan-amp-cifar100",
          "biggan-attention-cifar100",
          "stylegan2-cifar100",
          "stylegan2-ada-cifar100",
          "r3gan-cifar100",
          "r3gan-cifar100-small",
          "dcgan-celeba",
          "biggan-64",
          "stylegan2-64",
          "stylegan2-128",
          "dcgan-conditional");

  private Presets() {}

  /** The resource of a known preset, relative to this package. */
  static String resource(String name) {
    return "presets/" + name + ".conf";
  }

  /** The batch of a preset, or of the defaults if there is no such preset or it has none. */
  static int batch(String preset) {
    Layers layers = new Layers();
    if (NAMES.contains(preset)) {
      layers.addPreset(preset);
    }
    return layers.merged().getInt("training.batch");
  }

  /** Names and descriptions. */
  static List<PresetInfo> list() {
    return NAMES.stream().map(name -> new PresetInfo(name, description(name))).toList();
  }

  /** What to say of a name that is not known. */
  static String unknown(String name) {
    List<String> nearest = Nearest.of(name, NAMES);
    String hint = nearest.isEmpty() ? "" : "did you mean " + String.join(" or ", nearest) + "? ";
    return "unknown; " + hint + "allowed: " + String.join(", ", NAMES);
  }

  private static String description(String name) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Presets.class.getResourceAsStream(resource(name)), StandardCharsets.UTF_8))) {
      return reader.readLine().substring(1).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read preset " + name, e);
    }
  }
}
