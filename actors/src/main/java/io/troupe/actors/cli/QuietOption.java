package io.troupe.actors.cli;

import picocli.CommandLine.Option;

/** Whether a command says nothing while it works. */
final class QuietOption {
  @Option(names = "--quiet", description = "Print nothing but errors.")
  private boolean wanted;

  boolean wanted() {
    return wanted;
  }
}
