package io.troupe.data.fetch;

import java.net.URI;

/**
 * A public file that can be downloaded.
 *
 * @param name what it is called on the command line
 * @param title for people
 * @param uri where it is, http or https
 * @param fileName what it is called on disk
 * @param mostBytes longer downloads are refused
 * @param algorithm of the checksum: MD5 or SHA-256, or {@link #LENGTH} if none is published
 * @param checksum of the whole file, lower-case hexadecimal; or its length in bytes
 */
public record RemoteFile(
    String name,
    String title,
    URI uri,
    String fileName,
    long mostBytes,
    String algorithm,
    String checksum) {

  /** Takes the place of a checksum: the number of bytes, decimal. */
  public static final String LENGTH = "length in bytes";
}
