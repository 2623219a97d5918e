package io.troupe.models.export;

import io.troupe.models.compile.FlatGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Generators in SameDiff's own format, which {@code SameDiff.load} reads. */
public final class SameDiffFile {
  private SameDiffFile() {}

  /**
   * Writes a generator: its inputs are placeholders, and what does not depend on them is computed
   * and constant. The generator can not be exported again.
   */
  public static void write(ExportedGenerator generator, Path file) throws IOException {
    SameDiff graph = generator.graph().function();
    reduce(graph, generator.flat().steps());
    graph.asFlatFile(file.toFile(), false);
  }

  /** Leaves the operations of the steps, and makes constants of what they read and is known. */
  private static void reduce(SameDiff graph, List<FlatGraph.Step> steps) {
    Set<String> operations = new HashSet<>();
    Set<String> variables = new HashSet<>();
    Map<String, INDArray> known = new HashMap<>();
    for (FlatGraph.Step step : steps) {
      step.outputs().forEach(node -> variables.add(node.name()));
      operations.add(graph.getVariables().get(step.outputs().get(0).name()).getOutputOfOp());
    }
    for (String name : operations) {
      variables.addAll(graph.getOps().get(name).getInputsToOp());
    }
    for (FlatGraph.Step step : steps) {
      for (FlatGraph.Node node : step.inputs()) {
        if (node.origin() == FlatGraph.Origin.CONSTANT) {
          known.put(node.name(), node.array());
        }
      }
      if (step.kind().equals("conv2d") && FlatGraph.groups(step) > 1) {
        // SameDiff itself knows no groups.
        known.put(step.inputs().get(1).name(), FlatGraph.denseWeights(step));
      }
    }
    graph.getOps().keySet().retainAll(operations);
    for (String name : List.copyOf(graph.getVariables().keySet())) {
      if (!variables.contains(name)) {
        graph.getVariables().remove(name);
        graph.getConstantArrays().removeArray(name);
      }
    }
    for (Variable variable : graph.getVariables().values()) {
      if (variable.getInputsForOp() != null) {
        variable.getInputsForOp().retainAll(operations);
      }
      INDArray array = known.get(variable.getName());
      if (array != null) {
        SDVariable constant = variable.getVariable();
        variable.setOutputOfOp(null);
        constant.setVariableType(VariableType.CONSTANT);
        constant.setShape(array.shape());
        graph.getConstantArrays().setArray(variable.getName(), array.dup('c'));
      }
    }
  }
}
