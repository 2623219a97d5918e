package io.troupe.actors.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fault campaign, in small for every change, and for hours by {@code scripts/nightly}. */
@Tag("process")
class FaultCampaignTest {
  /** The campaign's folder, which keeps its results: who names it again goes on. */
  private static final String FOLDER = System.getProperty("faults.folder", "");

  private static final int SOME = 9;

  @TempDir Path folder;

  @Test
  void runsThatAreDisturbedEndAsOthersDo() throws Exception {
    List<Scenario> two =
        Scenario.all().stream()
            .filter(one -> List.of("demo-float32", "stylegan2-cifar100-mixed").contains(one.name()))
            .toList();
    FaultCampaign.Outcome outcome = FaultCampaign.run(folder, two, Duration.ofDays(1), SOME);
    assertThat(outcome.differences()).isEmpty();
    assertThat(FaultTable.of(folder.resolve("results.jsonl"))).contains("0 of these runs differed");
  }

  @Test
  @Tag("nightly")
  void goesOnForLong() throws Exception {
    assumeTrue(!FOLDER.isEmpty(), "-Dfaults.folder says where, -Dfaults.minutes how long");
    Path results = Path.of(FOLDER);
    FaultCampaign.Outcome outcome =
        FaultCampaign.run(
            results,
            Scenario.all(),
            Duration.ofMinutes(Integer.getInteger("faults.minutes", 60)),
            Integer.getInteger("faults.most", Integer.MAX_VALUE));
    assertThat(outcome.differences()).isEmpty();
  }
}
