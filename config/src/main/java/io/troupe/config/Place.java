package io.troupe.config;

import com.typesafe.config.ConfigOrigin;

/**
 * Where a setting was written.
 *
 * @param source a file, a command line option or the environment
 * @param line from 1; 0 where there are no lines
 */
record Place(String source, int line) {
  private static final String RESOURCES = Place.class.getPackageName().replace('.', '/') + "/";

  /** A place without lines. */
  static Place of(String source) {
    return new Place(source, 0);
  }

  /** The origin of a HOCON value. */
  static Place of(ConfigOrigin origin) {
    int line = Math.max(0, origin.lineNumber());
    if (origin.resource() != null) {
      return new Place(origin.resource().replaceFirst("^/?" + RESOURCES, ""), line);
    }
    if (origin.filename() != null) {
      return new Place(origin.filename(), line);
    }
    // The library appends a line number to the description of a text that was parsed.
    String description = origin.description();
    String suffix = ": " + line;
    return of(
        description.endsWith(suffix)
            ? description.substring(0, description.length() - suffix.length())
            : description.replaceFirst("^env var.*", "environment"));
  }

  /** As in the messages of compilers, e.g. "my.conf:3". */
  @Override
  public String toString() {
    return line > 0 ? source + ":" + line : source;
  }
}
