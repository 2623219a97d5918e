package io.troupe.actors.bench;

import io.troupe.models.graph.ProgramCompiler;
import java.util.List;

/** Something to repeat whose speed is of interest. */
public interface Workload extends AutoCloseable {
  /** The names of all workloads. */
  List<String> NAMES =
      List.of("dnet", "biggan-64", "biggan-256", "fid", "fid-cached", "prdc", "inception");

  /** Makes a workload. */
  static Workload of(String name, ProgramCompiler compiler) {
    return switch (name) {
      case "dnet" -> new DNet(compiler);
      case "biggan-64" -> new BigGanIteration(64, compiler);
      case "biggan-256" -> new BigGanIteration(256, compiler);
      case "fid" -> new FrechetComputation(false);
      case "fid-cached" -> new FrechetComputation(true);
      case "prdc" -> new PrdcComputation();
      case "inception" -> new InceptionBatch(compiler);
      default -> throw new IllegalArgumentException("no workload " + name + " among " + NAMES);
    };
  }

  /** Does it once. */
  void iterate();

  /** Real pictures that are used each time; 0 if there are none. */
  int images();

  /** Of its arithmetic. */
  default String precision() {
    return "fp32";
  }

  @Override
  void close();
}
