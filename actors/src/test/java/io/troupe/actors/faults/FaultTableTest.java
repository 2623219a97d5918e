package io.troupe.actors.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class FaultTableTest {
  private static final Path SCRIPTS = Path.of("../scripts").toAbsolutePath().normalize();
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

  /** By the script as it is, in a copy of the project that has nothing else. */
  @Test
  void nightlyReplacesThePagesOwnTablesEveryTime() throws Exception {
    Path scripts = Files.createDirectories(folder.resolve("project/scripts"));
    Files.copy(SCRIPTS.resolve("nightly"), scripts.resolve("nightly"));
    Path none = Files.writeString(scripts.resolve("fuzz"), "#!/bin/sh\n");
    assertThat(none.toFile().setExecutable(true)).isTrue();
    Path docs = Files.createDirectories(folder.resolve("project/docs"));
    String before = "# Page\n\n<!-- campaign -->\n";
    String after = "<!-- end of campaign -->\n\nAfter & \\n.\n";
    Path page = Files.writeString(docs.resolve("reliability.md"), before + "earlier\n" + after);
    Path table =
        Files.createDirectories(folder.resolve("project/target/faults")).resolve("table.md");

    for (String tables :
        List.of(
            FaultTable.of(results(of(1, "1", "abc", "", KILL))),
            FaultTable.of(results(of(1, "1", "abc", "", KILL), of(2, "1", "abc", "", FLIP))))) {
      Files.writeString(table, tables);
      String stood = Files.readString(page);
      assertThat(nightly(scripts)).isZero();
      assertThat(Files.readString(page)).isEqualTo(stood);
      assertThat(nightly(scripts, "--publish")).isZero();
      assertThat(Files.readString(page)).isEqualTo(before + tables + after);
    }

    Files.writeString(page, "# Page\n");
    assertThat(nightly(scripts, "--publish")).isEqualTo(1);
    assertThat(page).hasContent("# Page");
  }

  private static int nightly(Path scripts, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("sh", scripts.resolve("nightly").toString(), "--only", "no"));
    command.addAll(List.of(options));
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
