package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.imports.converters.DifferentialFunctionClassHolder;
import org.nd4j.linalg.factory.Nd4j;

class OperationKindTest {
  /** A misspelt name would only make programs slower, or a tangent unknown. */
  @ParameterizedTest
  @EnumSource(
      value = OperationKind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"CAST", "ELEMENTWISE", "OTHER"})
  void isAnOperationOfNd4j(OperationKind kind) {
    boolean custom = Nd4j.getExecutioner().getCustomOperations().containsKey(kind.opName());
    boolean known = DifferentialFunctionClassHolder.getInstance().hasName(kind.opName());
    assertThat(custom || known).isTrue();
    assertThat(OperationKind.of(kind.opName())).isEqualTo(kind);
  }
}
