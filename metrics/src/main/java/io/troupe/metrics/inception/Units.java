package io.troupe.metrics.inception;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The 94 convolutions of the network (Szegedy et al., "Rethinking the Inception architecture for
 * computer vision", 2016, with batch norm), under the names that they have in files.
 */
final class Units {
  /** The features that the classes are computed from. */
  static final int FEATURES = 2048;

  /** 1000 classes of ImageNet, among unused ones. */
  static final int CLASSES = 1008;

  /** All units by {@link Unit#name}, in the order of computation. */
  static final Map<String, Unit> ALL = all();

  private final Map<String, Unit> units = new LinkedHashMap<>();
  private String block = "";
  private String torchBlock = "";

  private Units() {}

  private static Map<String, Unit> all() {
    Units units = new Units();
    units.add("conv", "Conv2d_1a_3x3", 3, 3, 3, 32, 2, false);
    units.add("conv_1", "Conv2d_2a_3x3", 3, 3, 32, 32, 1, false);
    units.kept("conv_2", "Conv2d_2b_3x3", 3, 3, 32, 64);
    units.kept("conv_3", "Conv2d_3b_1x1", 1, 1, 64, 80);
    units.add("conv_4", "Conv2d_4a_3x3", 3, 3, 80, 192, 1, false);
    units.a("mixed", "Mixed_5b", 192, 32);
    units.a("mixed_1", "Mixed_5c", 256, 64);
    units.a("mixed_2", "Mixed_5d", 288, 64);
    units.b("mixed_3", "Mixed_6a", 288);
    units.c("mixed_4", "Mixed_6b", 128);
    units.c("mixed_5", "Mixed_6c", 160);
    units.c("mixed_6", "Mixed_6d", 160);
    units.c("mixed_7", "Mixed_6e", 192);
    units.d("mixed_8", "Mixed_7a");
    units.e("mixed_9", "Mixed_7b", 1280);
    units.e("mixed_10", "Mixed_7c", 2048);
    return Collections.unmodifiableMap(units.units);
  }

  private void block(String name, String torchName) {
    block = name + "/";
    torchBlock = torchName + ".";
  }

  private void kept(String name, String torchName, int height, int width, int in, int out) {
    add(name, torchName, height, width, in, out, 1, true);
  }

  private void add(
      String name,
      String torchName,
      int height,
      int width,
      int in,
      int out,
      int stride,
      boolean kept) {
    String full = block + name;
    units.put(full, new Unit(full, torchBlock + torchName, height, width, in, out, stride, kept));
  }

  private void a(String name, String torchName, int in, int pooled) {
    block(name, torchName);
    kept("conv", "branch1x1", 1, 1, in, 64);
    kept("tower/conv", "branch5x5_1", 1, 1, in, 48);
    kept("tower/conv_1", "branch5x5_2", 5, 5, 48, 64);
    kept("tower_1/conv", "branch3x3dbl_1", 1, 1, in, 64);
    kept("tower_1/conv_1", "branch3x3dbl_2", 3, 3, 64, 96);
    kept("tower_1/conv_2", "branch3x3dbl_3", 3, 3, 96, 96);
    kept("tower_2/conv", "branch_pool", 1, 1, in, pooled);
  }

  private void b(String name, String torchName, int in) {
    block(name, torchName);
    add("conv", "branch3x3", 3, 3, in, 384, 2, false);
    kept("tower/conv", "branch3x3dbl_1", 1, 1, in, 64);
    kept("tower/conv_1", "branch3x3dbl_2", 3, 3, 64, 96);
    add("tower/conv_2", "branch3x3dbl_3", 3, 3, 96, 96, 2, false);
  }

  private void c(String name, String torchName, int c) {
    block(name, torchName);
    int in = 768;
    int out = 192;
    kept("conv", "branch1x1", 1, 1, in, out);
    kept("tower/conv", "branch7x7_1", 1, 1, in, c);
    kept("tower/conv_1", "branch7x7_2", 1, 7, c, c);
    kept("tower/conv_2", "branch7x7_3", 7, 1, c, out);
    kept("tower_1/conv", "branch7x7dbl_1", 1, 1, in, c);
    kept("tower_1/conv_1", "branch7x7dbl_2", 7, 1, c, c);
    kept("tower_1/conv_2", "branch7x7dbl_3", 1, 7, c, c);
    kept("tower_1/conv_3", "branch7x7dbl_4", 7, 1, c, c);
    kept("tower_1/conv_4", "branch7x7dbl_5", 1, 7, c, out);
    kept("tower_2/conv", "branch_pool", 1, 1, in, out);
  }

  private void d(String name, String torchName) {
    block(name, torchName);
    int in = 768;
    kept("tower/conv", "branch3x3_1", 1, 1, in, 192);
    add("tower/conv_1", "branch3x3_2", 3, 3, 192, 320, 2, false);
    kept("tower_1/conv", "branch7x7x3_1", 1, 1, in, 192);
    kept("tower_1/conv_1", "branch7x7x3_2", 1, 7, 192, 192);
    kept("tower_1/conv_2", "branch7x7x3_3", 7, 1, 192, 192);
    add("tower_1/conv_3", "branch7x7x3_4", 3, 3, 192, 192, 2, false);
  }

  private void e(String name, String torchName, int in) {
    block(name, torchName);
    kept("conv", "branch1x1", 1, 1, in, 320);
    kept("tower/conv", "branch3x3_1", 1, 1, in, 384);
    kept("tower/mixed/conv", "branch3x3_2a", 1, 3, 384, 384);
    kept("tower/mixed/conv_1", "branch3x3_2b", 3, 1, 384, 384);
    kept("tower_1/conv", "branch3x3dbl_1", 1, 1, in, 448);
    kept("tower_1/conv_1", "branch3x3dbl_2", 3, 3, 448, 384);
    kept("tower_1/mixed/conv", "branch3x3dbl_3a", 1, 3, 384, 384);
    kept("tower_1/mixed/conv_1", "branch3x3dbl_3b", 3, 1, 384, 384);
    kept("tower_2/conv", "branch_pool", 1, 1, in, 192);
  }
}
