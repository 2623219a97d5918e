package io.troupe.models.graph;

import io.troupe.config.EngineChoice;
import io.troupe.config.Parts;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What runs graphs, by name: those of every {@link io.troupe.config.Catalogue} on the class path.
 *
 * @param name in kebab-case
 * @param compilers the compiler for a device: {@code cpu}, or another that the engine knows; and
 *     whether it may round what it multiplies in float32 to TF32, where the device has that
 */
public record Engine(String name, BiFunction<String, Boolean, ProgramCompiler> compilers)
    implements EngineChoice {
  private static final String CPU = "cpu";

  /** An engine that knows no other device than the CPU. */
  public static Engine onCpu(String name, ProgramCompiler compiler) {
    return new Engine(
        name,
        (device, tf32) -> {
          if (!device.equals(CPU)) {
            throw new IllegalArgumentException(
                "the engine %s has no device \"%s\"; allowed: %s".formatted(name, device, CPU));
          }
          return compiler;
        });
  }

  /**
   * The engine of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Engine named(String name) {
    List<String> names = Parts.engines().stream().map(EngineChoice::name).toList();
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "no engine \"%s\"; allowed: %s".formatted(name, String.join(", ", names)));
    }
    return (Engine) Parts.engines().get(names.indexOf(name));
  }

  /**
   * Its compiler for a device.
   *
   * @throws IllegalArgumentException if the engine or this machine has no such device
   */
  public ProgramCompiler on(String device) {
    return on(device, false);
  }

  /**
   * Its compiler for a device.
   *
   * @param tf32 whether numbers that are multiplied in float32 may be rounded to TF32's ten bits
   * @throws IllegalArgumentException if the engine or this machine has no such device
   */
  public ProgramCompiler on(String device, boolean tf32) {
    return compilers.apply(device, tf32);
  }
}
