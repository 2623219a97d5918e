package io.troupe.data;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Files among the test resources; make_fixtures.py writes them. */
public final class Fixtures {
  private Fixtures() {}

  /** The path of a resource, relative to this package. */
  public static Path path(String name) {
    try {
      return Path.of(Fixtures.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name, e);
    }
  }
}
