package io.troupe.actors.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is wrong with how a page looks and what it tells screen readers: names, headings, tables,
 * sizes and contrast. Names are those that the browser itself computes for screen readers.
 */
final class PageFaults {
  private static final Set<String> NAMED =
      Set.of(
          "button",
          "link",
          "textbox",
          "searchbox",
          "checkbox",
          "combobox",
          "slider",
          "spinbutton",
          "image",
          "img",
          "dialog",
          "table",
          "progressbar",
          "meter",
          "region",
          "group",
          "navigation",
          "heading",
          "columnheader");

  private PageFaults() {}

  /** Fails if anything is wrong with what is shown now. */
  static void requireNone(Browser browser, String where) {
    List<String> faults = new ArrayList<>();
    ((List<?>) browser.script(script())).forEach(fault -> faults.add(fault.toString()));
    faults.addAll(nameless(browser));
    assertThat(faults).as(where).isEmpty();
  }

  private static List<String> nameless(Browser browser) {
    browser.devtools("Accessibility.enable", Map.of());
    Map<String, Object> tree = browser.devtools("Accessibility.getFullAXTree", Map.of());
    browser.devtools("Accessibility.disable", Map.of());
    List<String> faults = new ArrayList<>();
    for (Object each : (List<?>) tree.get("nodes")) {
      Map<?, ?> node = (Map<?, ?>) each;
      String role = value(node, "role");
      // The browser's own parts of controls have no name, and need none.
      if (Boolean.FALSE.equals(node.get("ignored"))
          && NAMED.contains(role)
          && value(node, "name").isBlank()) {
        faults.add("no name for screen readers: " + role + " " + node.get("backendDOMNodeId"));
      }
    }
    return faults;
  }

  private static String value(Map<?, ?> node, String member) {
    return node.get(member) instanceof Map<?, ?> found && found.get("value") != null
        ? found.get("value").toString()
        : "";
  }

  private static String script() {
    try (InputStream file = PageFaults.class.getResourceAsStream("faults.js")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
