package io.troupe.actors.remote;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Bytes, which nobody changes, and their SHA-256. */
public final class JobData {
  private final byte[] bytes;
  private final String sha256;

  /** These bytes. */
  public JobData(byte[] bytes) {
    this.bytes = bytes;
    try {
      sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** All of them. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many. */
  public int length() {
    return bytes.length;
  }

  /** In hexadecimal. */
  public String sha256() {
    return sha256;
  }
}
