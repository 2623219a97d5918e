package io.troupe.data.fetch;

import io.troupe.config.CommandHint;
import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Downloads files over HTTP.
 *
 * <p>What has arrived is kept in a file named {@code .part}, from which the next attempt resumes.
 * The file gets its own name only when it is complete, its checksum is right, and it is on disk.
 */
public final class Downloader {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
  private static final int BUFFER_BYTES = 1 << 16;
  private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

  /** Is told the progress of a download. */
  public interface Progress {
    /**
     * This many bytes have arrived.
     *
     * @param total bytes of the whole file, if the server says
     */
    void at(long bytes, OptionalLong total);
  }

  private final HttpClient client;
  private final Duration answerTimeout;

  /** Downloads through these proxies. Gives up on a server that is silent for 30 s. */
  public Downloader(ProxySettings proxies) {
    this(proxies, ANSWER_TIMEOUT);
  }

  /** Gives up on a server that is silent for so long. */
  Downloader(ProxySettings proxies, Duration answerTimeout) {
    this.answerTimeout = answerTimeout;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT_TIMEOUT)
            .proxy(proxies)
            .authenticator(proxies.authenticator())
            .build();
  }

  /**
   * Downloads a file, unless it is there with the right checksum.
   *
   * @param folder created if necessary
   * @return where the file is
   * @throws FetchException if the file cannot be downloaded, or is not the expected one
   */
  public Path fetch(RemoteFile file, Path folder, Progress progress)
      throws FetchException, InterruptedException {
    Path target = folder.resolve(file.fileName());
    try {
      Files.createDirectories(folder);
      if (Files.isRegularFile(target) && checksum(file, target).equals(file.checksum())) {
        return target;
      }
      Path part = folder.resolve(file.fileName() + ".part");
      fill(part, file, folder, progress);
      String found = checksum(file, part);
      if (!found.equals(file.checksum())) {
        Files.delete(part);
        throw new FetchException(
            ("%s: the %s of what arrived is %s, expected %s; it was deleted. Run '%s'"
                    + " again; if that does not help, the file at that address has changed")
                .formatted(file.uri(), file.algorithm(), found, file.checksum(), again(file)));
      }
      AtomicFile.move(part, target);
      return target;
    } catch (IOException e) {
      throw new FetchException("%s: cannot be written: %s".formatted(target, IoReason.of(e)), e);
    }
  }

  private static String again(RemoteFile file) {
    return CommandHint.of("fetch", file.name());
  }

  private void fill(Path part, RemoteFile file, Path folder, Progress progress)
      throws FetchException, IOException, InterruptedException {
    try (FileChannel out =
            FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(out)) {
      if (lock == null) {
        throw new FetchException(
            "%s: it is already being downloaded; wait for that".formatted(part));
      }
      if (out.size() > 0 && checksum(file, part).equals(file.checksum())) {
        return;
      }
      try {
        fill(out, file, folder, progress);
        out.force(true);
      } finally {
        if (out.size() == 0) {
          Files.delete(part);
        }
      }
    }
  }

  private void fill(FileChannel out, RemoteFile file, Path folder, Progress progress)
      throws FetchException, IOException, InterruptedException {
    HttpResponse<InputStream> response = request(file, folder, out.size());
    if (response.statusCode() == 416) {
      // The part is longer than the file.
      response.body().close();
      out.truncate(0);
      response = request(file, folder, 0);
    }
    try (InputStream body = response.body()) {
      copy(response, body, out, file, folder, progress);
    }
  }

  /** Null if somebody else holds the lock, in this process or another. */
  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private HttpResponse<InputStream> request(RemoteFile file, Path folder, long from)
      throws FetchException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(file.uri()).timeout(answerTimeout);
    if (from > 0) {
      request.header("Range", "bytes=%d-".formatted(from));
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException | IllegalArgumentException e) {
      throw failed(file, folder, "no answer: " + reason(e), e);
    }
  }

  private void copy(
      HttpResponse<InputStream> response,
      InputStream body,
      FileChannel out,
      RemoteFile file,
      Path folder,
      Progress progress)
      throws FetchException, IOException, InterruptedException {
    Optional<Matcher> range =
        response.headers().firstValue("Content-Range").map(RANGE::matcher).filter(Matcher::matches);
    boolean resumed =
        response.statusCode() == 206
            && range.isPresent()
            && range.get().group(1).equals(Long.toString(out.size()));
    if (response.statusCode() != 200 && !resumed) {
      throw failed(file, folder, "HTTP status " + response.statusCode());
    }
    if (!resumed) {
      out.truncate(0);
    }
    OptionalLong length = response.headers().firstValueAsLong("Content-Length");
    OptionalLong total =
        length.isPresent() ? OptionalLong.of(out.size() + length.getAsLong()) : length;
    requireAtMost(total.orElse(0), out, file);
    byte[] chunk = new byte[BUFFER_BYTES];
    ExecutorService reader = Executors.newSingleThreadExecutor(Downloader::daemon);
    try {
      out.position(out.size());
      progress.at(out.size(), total);
      for (int count = read(body, chunk, reader); count >= 0; count = read(body, chunk, reader)) {
        requireAtMost(out.size() + count, out, file);
        ByteBuffer rest = ByteBuffer.wrap(chunk, 0, count);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        progress.at(out.size(), total);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new FetchException(
          "%s: the download broke off at byte %d%s: %s. Run '%s' again to go on"
              .formatted(
                  file.uri(),
                  out.size(),
                  total.isPresent() ? " of " + total.getAsLong() : "",
                  e instanceof TimeoutException
                      ? "nothing came for %d s".formatted(answerTimeout.toSeconds())
                      : reason(e.getCause()),
                  again(file)),
          e);
    } finally {
      reader.shutdownNow();
    }
  }

  /** Reads what is there; negative at the end. The client itself would wait forever. */
  private int read(InputStream body, byte[] chunk, ExecutorService reader)
      throws ExecutionException, TimeoutException, InterruptedException {
    return reader
        .submit(() -> body.read(chunk))
        .get(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "troupe-download");
    thread.setDaemon(true);
    return thread;
  }

  private static void requireAtMost(long bytes, FileChannel out, RemoteFile file)
      throws FetchException, IOException {
    if (bytes > file.mostBytes()) {
      out.truncate(0);
      throw new FetchException(
          "%s: the file has at least %d bytes, expected at most %d; the file at that address has changed"
              .formatted(file.uri(), bytes, file.mostBytes()));
    }
  }

  private static String checksum(RemoteFile file, Path path) throws IOException {
    if (file.algorithm().equals(RemoteFile.LENGTH)) {
      return Long.toString(Files.size(path));
    }
    try {
      MessageDigest digest = MessageDigest.getInstance(file.algorithm());
      try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
        byte[] buffer = new byte[BUFFER_BYTES];
        while (in.read(buffer) >= 0) {
          // Reading updates the digest.
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException("no such checksum: " + file.algorithm(), e);
    }
  }

  private static FetchException failed(RemoteFile file, Path folder, String what) {
    return failed(file, folder, what, null);
  }

  private static FetchException failed(RemoteFile file, Path folder, String what, Exception cause) {
    return new FetchException(
        "%s: %s. Without a connection, download it elsewhere and put it at %s"
            .formatted(file.uri(), what, folder.resolve(file.fileName()).toAbsolutePath()),
        cause);
  }

  private static String reason(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "unknown host name";
      }
      if (cause instanceof HttpTimeoutException) {
        return "timed out";
      }
    }
    if (e.getMessage() == null) {
      return e instanceof ConnectException ? "connection refused" : e.toString();
    }
    return e.getMessage();
  }
}
