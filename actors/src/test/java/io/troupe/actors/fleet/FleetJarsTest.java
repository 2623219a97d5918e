package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What only nodes need lies apart, in a checkout as in the archive, which cannot share a list. */
class FleetJarsTest {
  private static Document xml(String file) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(Path.of(file).toFile());
  }

  /** Artifacts of a set of the archive, without those of natives. */
  private static List<String> artifacts(Element set, String tag) {
    NodeList found = set.getElementsByTagName(tag);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      String pattern = found.item(i).getTextContent().strip();
      if (pattern.startsWith("*:")) {
        names.add(pattern.substring(2));
      } else {
        assertThat(pattern).contains("nd4j-native");
      }
    }
    return names;
  }

  @Test
  void theArchiveHasTheSameJarsApartAsACheckout() throws Exception {
    List<String> apart =
        List.of(
            xml("pom.xml")
                .getElementsByTagName("fleet.artifacts")
                .item(0)
                .getTextContent()
                .strip()
                .split(","));
    assertThat(apart).hasSizeGreaterThan(10).doesNotHaveDuplicates();
    NodeList sets = xml("src/assembly/archive.xml").getElementsByTagName("dependencySet");
    assertThat(sets.getLength()).isEqualTo(2);
    assertThat(artifacts((Element) sets.item(0), "exclude"))
        .containsExactlyInAnyOrderElementsOf(apart);
    assertThat(artifacts((Element) sets.item(1), "include"))
        .containsExactlyInAnyOrderElementsOf(apart);
  }
}
