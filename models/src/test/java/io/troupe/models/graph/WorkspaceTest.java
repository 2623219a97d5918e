package io.troupe.models.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.models.memory.HostArray;
import io.troupe.models.memory.UntouchedMemory;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class WorkspaceTest {
  private static final long ELEMENTS = 1L << 28;

  /** Else programs that are too large would take the memory before they can be refused. */
  @Test
  void memoryIsTakenWhenItIsUsed() {
    try (Workspace workspace = new Workspace()) {
      // What ND4J itself takes at first.
      workspace.block(DataType.FLOAT, 16);
      long before = Pointer.physicalBytes();
      INDArray last =
          workspace.block(DataType.FLOAT, ELEMENTS).array(new long[] {1}, 'c', ELEMENTS - 1);
      HostArray.fill(last, 3);
      assertThat(Pointer.physicalBytes() - before).isLessThan(ELEMENTS);
      assertThat(HostArray.first(last)).isEqualTo(3);
      assertThat(workspace.bytes()).isEqualTo(4 * (ELEMENTS + 16));
    }
  }

  /** Else three programs that need about as much would take three times as much. */
  @Test
  void programsShareWhatIsLargeEnough() {
    try (Workspace workspace = new Workspace();
        Workspace planned = new Workspace()) {
      UntouchedMemory first = workspace.block(DataType.DOUBLE, 100);
      assertThat(workspace.block(DataType.DOUBLE, 99)).isSameAs(first);
      assertThat(workspace.block(DataType.DOUBLE, 104)).isSameAs(first);
      assertThat(workspace.bytes()).isEqualTo(8 * 104);
      assertThat(workspace.block(DataType.FLOAT, 99)).isNotSameAs(first);
      assertThat(workspace.block(DataType.DOUBLE, 200)).isNotSameAs(first);
      for (int length : new int[] {100, 99, 104, 200}) {
        planned.reserve(DataType.DOUBLE, length);
      }
      planned.reserve(DataType.FLOAT, 99);
      assertThat(workspace.bytes()).isEqualTo(8 * (104 + 200) + 4 * 99).isEqualTo(planned.bytes());
    }
  }
}
