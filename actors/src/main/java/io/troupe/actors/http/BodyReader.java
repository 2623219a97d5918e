package io.troupe.actors.http;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Reads the bodies of requests, of which few may be slow at a time and none for long. */
public final class BodyReader {
  private static final int MAX_BYTES = 64 * 1024;
  private static final int AT_A_TIME = 2;
  private static final int MOST_SECONDS = 5;

  private final Semaphore places = new Semaphore(AT_A_TIME);

  /** A request's whole body; throws a problem if it is too large or does not come. */
  public byte[] read(Context ctx) {
    if (!mayCome(ctx)) {
      return new byte[0];
    }
    if (!places.tryAcquire()) {
      ctx.header("Retry-After", "1");
      throw Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE,
          "The bodies of %d other requests have not come yet; try again.".formatted(AT_A_TIME));
    }
    try {
      return readAll(ctx);
    } finally {
      places.release();
    }
  }

  /** Whether the headers announce a body: other requests need not wait for those that do. */
  private static boolean mayCome(Context ctx) {
    return ctx.req().getContentLengthLong() != 0
        && (ctx.header("Content-Length") != null || ctx.header("Transfer-Encoding") != null);
  }

  private static byte[] readAll(Context ctx) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] part = new byte[8192];
    try {
      InputStream in = ctx.bodyInputStream();
      for (int length = in.read(part); length >= 0; length = in.read(part)) {
        body.write(part, 0, length);
        if (body.size() > MAX_BYTES) {
          throw Problem.of(
              HttpStatus.CONTENT_TOO_LARGE, "The body is over %d bytes.".formatted(MAX_BYTES));
        }
        if (System.nanoTime() - deadline > 0) {
          throw late(ctx);
        }
      }
      return body.toByteArray();
    } catch (IOException e) {
      // The connection's own limit on silence, or the client has left.
      throw late(ctx);
    }
  }

  private static RuntimeException late(Context ctx) {
    ctx.header("Connection", "close");
    return Problem.of(
        HttpStatus.REQUEST_TIMEOUT, "The body did not come within %d s.".formatted(MOST_SECONDS));
  }
}
