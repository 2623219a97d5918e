package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.fleet.FleetProcesses.Node;
import io.troupe.actors.fleet.FleetRun.Phase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is ended, as by Ctrl-C, while its runs begin. */
@Tag("process")
class FleetEndingTest {
  @TempDir Path folder;

  /** Runs' processes hear signals in order only after a while. */
  @Test
  @Tag("nightly")
  void aNodeThatIsEndedWhileItsRunsBeginLeavesNoProcessAndTheyGoOn() throws Exception {
    try (FleetProcesses processes = new FleetProcesses(folder)) {
      for (long millis : new long[] {0, 1500}) {
        Node node = processes.start("trainer", 2, List.of());
        if (millis == 0) {
          processes.await("the node", () -> node.client().fleet().path("nodes").size() == 1);
          FleetProcesses.submit(
              node.client(), "s", Map.of("seed", List.of("1", "2")), "training.steps=20");
        }
        processes.await("two processes", () -> node.process().descendants().count() == 2);
        List<ProcessHandle> begun = node.process().descendants().toList();
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        node.process().destroy();
        assertThat(node.process().waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
        assertThat(begun).noneMatch(ProcessHandle::isAlive);
        assertThat(processes.output(node)).contains("leaving     2 runs write a last checkpoint");
      }
      FleetClient again = processes.start("trainer", 2, List.of()).client();
      for (String run : List.of("s-1", "s-2")) {
        processes.await(run, () -> FleetProcesses.isIn(again, run, Phase.FINISHED));
      }
    }
  }

  @Test
  void aNodeThatCannotJoinSaysSoAndNotThatItIsThere() throws Exception {
    try (FleetProcesses processes = new FleetProcesses(folder)) {
      String nobody = "127.0.0.1:" + FleetProcesses.freePort();
      Node node = processes.start("trainer", 1, List.of(nobody));
      processes.await("it tries", () -> processes.output(node).contains("joining     " + nobody));
      node.process().destroy();
      assertThat(node.process().waitFor(1, TimeUnit.MINUTES)).as("it ends").isTrue();
      assertThat(processes.output(node)).doesNotContain("studio");
    }
  }
}
