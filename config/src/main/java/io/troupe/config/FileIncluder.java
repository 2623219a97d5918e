package io.troupe.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.net.URL;

/**
 * Includes regular files only: reading settings must neither contact another machine nor read a
 * file without end.
 *
 * @param fallback the library's own includer; null until the library passes it in
 */
record FileIncluder(ConfigIncluder fallback)
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {

  @Override
  public ConfigIncluder withFallback(ConfigIncluder other) {
    return new FileIncluder(other);
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    // The library would take it for a URL.
    if (what.matches("(?s)[A-Za-z][A-Za-z0-9+.-]+:.*")) {
      throw refused(what);
    }
    return fallback.include(context, what);
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw refused(what.toString());
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    throw refused(what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    Layers.unusable(what.toPath())
        .ifPresent(
            reason -> {
              throw new ConfigException.Generic("include of %s: %s".formatted(what, reason));
            });
    return ((ConfigIncluderFile) fallback).includeFile(context, what);
  }

  private static ConfigException refused(String what) {
    return new ConfigException.Generic(
        "include of %s: only files are included; allowed: include file(\"PATH\")".formatted(what));
  }
}
