package io.troupe.config;

/** What is known by name of something that runs the graphs of networks. */
public interface EngineChoice {
  /** Its name, in kebab-case, e.g. {@code native}. */
  String name();
}
