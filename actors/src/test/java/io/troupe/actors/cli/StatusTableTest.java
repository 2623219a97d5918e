package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

final class StatusTableTest {
  @Test
  void showsWhatIsKnown() throws Exception {
    String status =
        """
        {"version":"1.2","pid":7,"preset":"demo","run_directory":"runs/r1","state":"running",
         "step":25,"steps":200,"epoch":2,"images_per_second":43.21,"discriminator_loss":1.25,
         "generator_loss":-0.5,"scores":{"fd_random":4.0},"score_step":20,"checkpoint_step":10,
         "grid_step":15,"evaluating":true,"evaluation_share":0.42,"rollbacks":0,"started_at":"2026-01-02T03:04:05Z",
         "last_step_at":null,"failure":null}""";

    assertThat(StatusTable.render(new ObjectMapper().readTree(status)).lines())
        .containsExactly(
            "run         runs/r1, preset demo, process 7, version 1.2",
            "state       running, evaluating (42 %)",
            "step        25 of 200 (12.5 %), epoch 2",
            "speed       43.2 images/s",
            "losses      discriminator 1.2500, generator -0.5000",
            "scores      fd_random 4.000, of step 20",
            "checkpoint  of step 10",
            "grid        of step 15",
            "started     2026-01-02T03:04:05Z");
  }

  @Test
  void leavesOutWhatIsNotThere() throws Exception {
    String status =
        """
        {"version":"1.2","pid":7,"preset":"demo","run_directory":"runs/r1","state":"failed",
         "step":0,"steps":200,"epoch":0,"images_per_second":null,"discriminator_loss":null,
         "generator_loss":null,"scores":{},"score_step":null,"checkpoint_step":null,"grid_step":null,
         "evaluating":false,"rollbacks":3,"started_at":"2026-01-02T03:04:05Z","last_step_at":null,
         "failure":"losses were not finite",
         "troubles":[{"helper":"journal","since":"2026-01-02T03:04:06Z","failures":4,
                      "cause":"disk full"}]}""";

    assertThat(StatusTable.render(new ObjectMapper().readTree(status)).lines())
        .containsExactly(
            "run         runs/r1, preset demo, process 7, version 1.2",
            "state       failed",
            "step        0 of 200 (0.0 %), epoch 0",
            "rollbacks   3",
            "started     2026-01-02T03:04:05Z",
            "degraded    journal fails since 2026-01-02T03:04:06Z, 4 times: disk full",
            "failure     losses were not finite");
  }
}
