package io.troupe.actors.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultTableTest {
  private static final String CASE =
      "{'case':%d,'machine':'2 cores','load':%s,'revision':'%s','family':'dcgan','precision':'mixed',"
          + "'seconds':1800,'commanded':1,'workers':[1,4],'faults':[%s],'differences':[%s]}\n";
  private static final String KILL =
      "{'kind':'KILL_AT_CALL','call':'mkdir','files':'run','instruction':'mkdir run 1 kill-after'}";
  private static final String FLIP =
      "{'kind':'FLIPPED','call':'','files':'run/checkpoints/step-*.ckpt'}";

  @TempDir Path folder;

  private Path results(String... cases) throws IOException {
    return Files.writeString(
        folder.resolve("results.jsonl"), String.join("", cases).replace('\'', '"'));
  }

  private static String of(int number, String load, String revision, String found, String... done) {
    return CASE.formatted(number, load, revision, String.join(",", Arrays.asList(done)), found);
  }

  @Test
  void resultsOfAllCasesAreAddedUp() throws IOException {
    Path results =
        results(of(1, "2.5", "abc", "", KILL, FLIP), of(2, "0.5", "def", "'lost'", FLIP));

    assertThat(FaultTable.of(results))
        .startsWith(
            "3 faults in 2 runs of 4 daemons, and 1 of these runs differed. 1.0 hours on 2 cores with"
                + " a load of 0.5 to 2.5, 1.5 on average; revisions abc (2 faults), def (1 faults)."
                + " 2 daemons were given commands meanwhile; augment workers by daemon: 1 in 2, 4 in 2."
                + " 1 pairs of system call and kind of file were hit.")
        .contains(
            "| bit flipped in a file | 2 |",
            "| folder itself | 1 | 0 | 0 | 0 | 0 | 0 |",
            "| checkpoints | 0 | 0 | 0 | 0 | 0 | 2 |",
            "| dcgan | 0 | 3 |")
        .doesNotContain("|  |");
  }

  @Test
  void everyTimeThePagesOwnTablesAreReplacedAndNothingElse() throws IOException {
    Path page =
        Files.writeString(
            folder.resolve("page.md"),
            "# Page\n\n<!-- campaign -->\nearlier\n<!-- end of campaign -->\n\nAfter.\n");

    FaultTable.put(results(of(1, "1", "abc", "", KILL)), page);
    String first = Files.readString(page);
    FaultTable.put(results(of(1, "1", "abc", "", KILL), of(2, "1", "abc", "", FLIP)), page);

    assertThat(first).contains("1 faults in 1 runs").doesNotContain("earlier");
    assertThat(Files.readString(page))
        .contains("2 faults in 2 runs")
        .doesNotContain("1 faults in 1 runs")
        .startsWith("# Page\n\n<!-- campaign -->\n2 faults")
        .endsWith("|\n<!-- end of campaign -->\n\nAfter.\n");
  }

  @Test
  void aPageWithoutAPlaceForThemIsRefused() throws IOException {
    Path page = Files.writeString(folder.resolve("page.md"), "# Page\n");
    assertThatThrownBy(() -> FaultTable.put(results(of(1, "1", "abc", "", KILL)), page))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("page.md");
    assertThat(page).hasContent("# Page");
  }
}
