package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.cli.doctor.Finding;
import io.troupe.actors.cli.doctor.Finding.State;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code troupe doctor} prints. */
class DoctorCommandTest {
  private static final List<Finding> FINDINGS =
      List.of(
          new Finding("devices", "GPU 0", "a card", State.OK, ""),
          new Finding("devices", "GPU 1", "an old card", State.PROBLEM, "take it out"),
          new Finding("memory", "main memory", "1.0 GB", State.NOTE, "buy more"));

  @Test
  void peopleGetLinesAndWhatToDo() {
    assertThat(DoctorCommand.text(FINDINGS))
        .isEqualTo(
            String.join(
                System.lineSeparator(),
                "devices    GPU 0: a card",
                "           PROBLEM: GPU 1: an old card",
                "memory     main memory: 1.0 GB",
                "",
                "What to do:",
                "- GPU 1: take it out",
                "- main memory: buy more",
                ""));
    assertThat(DoctorCommand.text(FINDINGS.subList(0, 1))).endsWith("Nothing to do.\n");
  }

  @Test
  void programsGetAllOfIt() throws Exception {
    JsonNode list = new ObjectMapper().readTree(DoctorCommand.json(FINDINGS));

    assertThat(list.get(0).toString())
        .isEqualTo(
            "{\"topic\":\"devices\",\"name\":\"GPU 0\",\"value\":\"a card\",\"state\":\"ok\"}");
    assertThat(list.get(1).get("state").asText()).isEqualTo("problem");
    assertThat(list.get(1).get("advice").asText()).isEqualTo("take it out");
  }

  @Test
  void thisMachineAndItsTestBuildAreExamined() throws Exception {
    Cli result = Cli.run("doctor", "--json");

    JsonNode list = new ObjectMapper().readTree(result.out());
    assertThat(list.findValuesAsText("topic")).contains("build", "processor", "disk", "java");
    boolean problem = list.findValuesAsText("state").contains("problem");
    assertThat(result.code()).isEqualTo(problem ? 1 : 0);
    assertThat(Cli.run("doctor").out()).contains("java       version: ");
  }
}
