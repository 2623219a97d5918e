package io.troupe.models.parity;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The values of inputs, parameters and states in fixtures, from their names: the same as {@code
 * scripts/fixtures/formula.py} computes.
 */
final class Formula {
  /** What the values of a tensor are spread around, and how far. */
  private record Range(double centre, double radius) {}

  private Formula() {}

  /** The values of a tensor. Classes are one-hot rows, and a mask is zeros and ones. */
  static double[] values(String name, long... shape) {
    int length = 1;
    for (long size : shape) {
      length = Math.toIntExact(length * size);
    }
    double[] values = new double[length];
    if (name.endsWith("classes")) {
      int count = Math.toIntExact(shape[1]);
      for (int row = 0; row < shape[0]; row++) {
        values[row * count + hash(name, row) % count] = 1;
      }
      return values;
    }
    Range range = range(name);
    for (int i = 0; i < length; i++) {
      double uniform = hash(name, i) / 32768.0 - 1;
      values[i] =
          name.endsWith("mask") ? (uniform > 0 ? 1 : 0) : range.centre + range.radius * uniform;
    }
    return values;
  }

  private static Range range(String name) {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('.')) + 1);
    if (name.contains(".layer")) {
      return new Range(0, last.equals("weight") ? 192 : 64);
    }
    if (name.contains("/stage") && last.equals("weight")) {
      return new Range(0, 0.25);
    }
    if (name.endsWith("basis.weight") || name.endsWith("features.weight")) {
      return new Range(0, 0.25);
    }
    if (name.endsWith("linear.weight")) {
      return new Range(0, 48);
    }
    if (name.contains("hidden.")) {
      return new Range(0, 0.03125);
    }
    if (name.endsWith("style.bias")) {
      return new Range(1, 0.5);
    }
    return switch (last) {
      case "gain", "variance", "saturation", "contrast", "factors" -> new Range(1, 0.5);
      case "input" -> new Range(0, 4);
      case "weight" -> new Range(0, 2);
      case "bias", "mean" -> new Range(0, 0.25);
      case "mean length" -> new Range(0.5, 0.25);
      default -> new Range(0, 1);
    };
  }

  /** 16 bits of the finaliser of MurmurHash3 on the element's index and the name's CRC-32. */
  private static int hash(String name, int index) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    int h = index * 0x9E3779B1 + (int) crc.getValue();
    h = (h ^ h >>> 16) * 0x85EBCA6B;
    h = (h ^ h >>> 13) * 0xC2B2AE35;
    return (h ^ h >>> 16) >>> 16;
  }
}
