package io.troupe.actors.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.TinyRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationPlotTest {
  private final List<byte[]> kept = new ArrayList<>();
  private boolean full = true;

  private void keep(byte[] png) throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
    kept.add(png);
  }

  /** Plots of other processes need no features of real pictures. */
  @Test
  void aPlotThatIsKeptMakesTheFailureBeforePast() {
    EvaluationPlot plot =
        new EvaluationPlot(TinyRun.settings().evaluation(), null, List.of(), this::keep);
    assertThat(plot.adopt(new byte[1])).get().asString().contains("No space left");
    full = false;
    assertThat(plot.adopt(new byte[2])).isEmpty();
    assertThat(kept).containsExactly(new byte[2]);
  }
}
