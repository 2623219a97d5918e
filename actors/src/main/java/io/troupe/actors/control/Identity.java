package io.troupe.actors.control;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.http.Problem;
import io.troupe.actors.run.RunDirectory;

/**
 * Which daemon answers. Every answer bears the identity that the daemon left in its run directory,
 * and a request that bears another one is refused, so that a port that another run has got since
 * does not lead to the wrong run.
 */
final class Identity {
  /** Of requests and of answers. */
  static final String HEADER = "Troupe-Daemon";

  private Identity() {}

  /** Throws a problem if a request is meant for another daemon. */
  static void check(Context ctx, String id, RunDirectory directory) {
    String wanted = ctx.header(HEADER);
    if (wanted != null && !wanted.equals(id)) {
      throw Problem.of(
          HttpStatus.PRECONDITION_FAILED,
          "This daemon holds the run in %s, not the one that was asked for."
              .formatted(directory.root().toAbsolutePath().normalize()));
    }
  }
}
