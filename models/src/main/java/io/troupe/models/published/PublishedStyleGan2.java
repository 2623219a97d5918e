package io.troupe.models.published;

import io.troupe.config.NetworkSettings;
import io.troupe.config.NetworkSettings.StyleDesign;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkFamily;
import io.troupe.models.networks.StyledNetworks;
import io.troupe.models.weights.WeightsGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** StyleGAN2-ADA in PyTorch: skip connections in the generator, residual or plain discriminator. */
final class PublishedStyleGan2 extends Published {
  private static final int FIRST_SIZE = 4;
  private static final int LARGEST_SIZE = 1024;
  private static final long FIRST_PIXELS = 16;
  private static final String FILTER = "resample_filter";
  private static final Pattern BLOCK = Pattern.compile("(?:synthesis\\.)?block(\\d+)\\.(.+)");
  private static final Pattern LAYER = Pattern.compile("layer(\\d+)\\.(weight|bias)");

  PublishedStyleGan2() {
    super("StyleGAN2-ADA", "stylegan2", "stylegan2-ada-cifar100", 1, 3);
  }

  @Override
  public Optional<Recognised> recognise(WeightsGroup group) {
    Shapes shapes = new Shapes(group);
    if (shapes.has("synthesis.b4.const")) {
      return Optional.of(generator(shapes));
    }
    return shapes.has("b4.out.weight") ? Optional.of(discriminator(shapes)) : Optional.empty();
  }

  private Recognised generator(Shapes shapes) {
    List<Integer> widths = widths(shapes, "synthesis.b%d.conv1.bias");
    int size = FIRST_SIZE << (widths.size() - 1);
    int style = shapes.size("mapping.w_avg", 0);
    int classes = shapes.size("mapping.embed.weight", 1);
    int layers = shapes.count("mapping.fc%d.weight"::formatted);
    Map<String, String> settings = new LinkedHashMap<>();
    List<String> problems = problems(shapes, size, widths);
    settings.put("network.kind", kind());
    settings.put(
        "network.latent-size",
        "" + (shapes.size("mapping.fc0.weight", 1) - (classes == 0 ? 0 : style)));
    putWidths(settings, "network.generator-channels", widths);
    settings.put("network.stylegan2.style-size", "" + style);
    settings.put("network.stylegan2.mapping-layers", "" + layers);
    require(shapes, problems, "mapping.fc0.bias_gain", 0.01);
    String last = "synthesis.b%d.torgb.weight".formatted(size);
    return recognised(
        Part.GENERATOR, size, shapes.size(last, 0), classes(classes), settings, problems);
  }

  private Recognised discriminator(Shapes shapes) {
    List<Integer> widths = new ArrayList<>(widths(shapes, "b%d.conv0.bias"));
    widths.set(0, shapes.size("b4.conv.bias", 0));
    int size = FIRST_SIZE << (widths.size() - 1);
    String top = "b%d.".formatted(size);
    int classes = shapes.size("mapping.embed.weight", 1);
    Map<String, String> settings = new LinkedHashMap<>();
    List<String> problems = problems(shapes, size, widths);
    settings.put("network.kind", kind());
    putWidths(settings, "network.discriminator-channels", widths);
    settings.put(
        "network.stylegan2.design", shapes.has(top + "skip.weight") ? "residual" : "cifar");
    settings.put("network.stylegan2.deviation-groups", "strided");
    if (shapes.group().attributes().get("b4.mbstd.group_size") instanceof Number group) {
      settings.put("network.stylegan2.deviation-group", "" + group);
    }
    if (classes > 0) {
      settings.put("network.stylegan2.style-size", "" + shapes.size("b4.out.weight", 0));
    }
    require(shapes, problems, "mapping.fc0.bias_gain", 0.01);
    require(shapes, problems, "b4.mbstd.num_channels", 1);
    return recognised(
        Part.DISCRIMINATOR,
        size,
        shapes.size(top + "fromrgb.weight", 1),
        classes(classes),
        settings,
        problems);
  }

  /** Channels at 4x4, 8x8 and so on; the first is 0 if there is no such tensor at 4x4. */
  private static List<Integer> widths(Shapes shapes, String name) {
    List<Integer> widths = new ArrayList<>();
    widths.add(shapes.size(name.formatted(FIRST_SIZE), 0));
    for (int side = 2 * FIRST_SIZE;
        side <= LARGEST_SIZE && shapes.has(name.formatted(side));
        side *= 2) {
      widths.add(shapes.size(name.formatted(side), 0));
    }
    return widths;
  }

  private List<String> problems(Shapes shapes, int size, List<Integer> widths) {
    List<String> problems = new ArrayList<>();
    if (!NetworkFamily.named(kind()).orElseThrow().sizes().contains(size)) {
      problems.add(
          "its pictures have %d pixels; those of %s can be imported"
              .formatted(size, NetworkFamily.named(kind()).orElseThrow().sizes()));
    }
    int last = widths.size() - 1;
    for (int i = 0; i <= last; i++) {
      long expected = Math.min(widths.get(0), (long) widths.get(last) << (last - i));
      if (widths.get(i) != expected) {
        problems.add(
            "it has %d channels at %d pixels, where others of its kind would have %d"
                .formatted(widths.get(i), FIRST_SIZE << i, expected));
      }
    }
    shapes
        .group()
        .attributes()
        .forEach(
            (name, value) -> {
              if (name.endsWith("activation")
                  && !value.equals("lrelu")
                  && !value.equals("linear")) {
                problems.add("its layer %s is %s; ours has lrelu".formatted(name, value));
              }
            });
    return problems;
  }

  private static void require(Shapes shapes, List<String> problems, String name, double value) {
    Object found = shapes.group().attributes().get(name);
    if (found instanceof Number number && number.doubleValue() != value) {
      problems.add("its %s is %s; ours is %s".formatted(name, found, value));
    }
  }

  private static void putWidths(Map<String, String> settings, String key, List<Integer> widths) {
    settings.put(key, "" + widths.get(widths.size() - 1));
    settings.put("network.stylegan2.most-channels", "" + widths.get(0));
  }

  /** Without an embedding there is one class. */
  private static OptionalInt classes(int found) {
    return OptionalInt.of(Math.max(1, found));
  }

  @Override
  public Optional<String> misfit(NetworkSettings settings, ImageSpec spec) {
    return settings.stylegan2().design() == StyleDesign.COMPACT
        ? Optional.of(
            "the network.stylegan2.design compact is not %s's; cifar and residual are"
                .formatted(program()))
        : Optional.empty();
  }

  @Override
  public Optional<Counterpart> counterpart(
      NetworkSettings settings, ImageSpec spec, Part part, ParameterLayout.Slot slot) {
    String name = slot.name();
    Matcher block = BLOCK.matcher(name);
    if (block.matches()) {
      int index = Integer.parseInt(block.group(1));
      return Optional.of(
          part == Part.GENERATOR
              ? synthesis(index, block.group(2), slot)
              : named(
                  "b%d.".formatted(FIRST_SIZE << index) + discriminatorLayer(block.group(2)),
                  slot));
    }
    if (name.equals(StyledNetworks.PATH_LENGTH)) {
      return Optional.empty();
    }
    if (name.startsWith("mapping.") || name.startsWith("labels.")) {
      return Optional.of(mapping(name.substring(name.indexOf('.') + 1), slot));
    }
    if (name.startsWith("rgb.")) {
      return Optional.of(named("b%d.from".formatted(spec.size()) + name, slot));
    }
    String end = "b4." + name.replace("hidden.", "fc.").replace("linear.", "out.");
    return Optional.of(
        name.equals("hidden.weight") ? new Counterpart(end, flattened(slot)) : named(end, slot));
  }

  private static Counterpart mapping(String rest, ParameterLayout.Slot slot) {
    Matcher layer = LAYER.matcher(rest);
    if (layer.matches()) {
      return named("mapping.fc%s.%s".formatted(layer.group(1), layer.group(2)), slot);
    }
    return rest.equals("average")
        ? named("mapping.w_avg", slot)
        : named("mapping." + rest.replace("embedding.", "embed."), slot);
  }

  private static Counterpart synthesis(int index, String rest, ParameterLayout.Slot slot) {
    String prefix = "synthesis.b%d.".formatted(FIRST_SIZE << index);
    if (rest.equals("constant")) {
      return new Counterpart(prefix + "const", Arrangement.permuted(slot.shape(), 2, 0, 1));
    }
    String name =
        prefix
            + rest.replace("conv1.", "conv0.")
                .replace("conv2.", "conv1.")
                .replace("rgb.", "torgb.")
                .replace("style.", "affine.");
    if (rest.endsWith(".noise")) {
      return new Counterpart(name + "_strength", Arrangement.as(slot.shape(), List.of()));
    }
    // The convolution that doubles is one with the kernel mirrored there, a correlation here.
    return rest.equals("conv1.weight")
        ? new Counterpart(name, Arrangement.convolution(slot.shape()).mirror())
        : named(name, slot);
  }

  private static String discriminatorLayer(String rest) {
    return rest.replace("conv1.", "conv0.")
        .replace("conv2.", "conv1.")
        .replace("shortcut.", "skip.");
  }

  /** The layer that reads pictures of 4x4, with the channels last here. */
  private static Arrangement flattened(ParameterLayout.Slot slot) {
    long in = slot.shape().get(0);
    long out = slot.shape().get(1);
    return Arrangement.permuted(List.of(FIRST_PIXELS, in / FIRST_PIXELS, out), 2, 1, 0).in(out, in);
  }

  private static Counterpart named(String name, ParameterLayout.Slot slot) {
    List<Long> shape = slot.shape();
    return new Counterpart(
        name,
        switch (shape.size()) {
          case 1 -> Arrangement.same(shape);
          case 2 -> Arrangement.matrix(shape);
          default -> Arrangement.convolution(shape);
        });
  }

  @Override
  public List<Extra> extras(
      NetworkSettings settings, ImageSpec spec, Part part, List<String> names) {
    List<Extra> extras = new ArrayList<>();
    boolean generator = part == Part.GENERATOR;
    for (String name : names) {
      Matcher layer = CONVOLUTION.matcher(name);
      if (!layer.matches()) {
        continue;
      }
      extras.add(filter(layer.group(1) + FILTER));
      if (generator) {
        long side = Long.parseLong(layer.group(2));
        extras.add(
            new Extra(layer.group(1) + "noise_const", List.of(side, side), Extra.Kind.NOISE));
      }
    }
    for (int side = generator ? FIRST_SIZE : 2 * FIRST_SIZE; side <= spec.size(); side *= 2) {
      extras.add(filter((generator ? "synthesis.b%d." : "b%d.").formatted(side) + FILTER));
    }
    return extras;
  }

  /** Weights of layers that have a filter, in either network; torgb has none. */
  private static final Pattern CONVOLUTION =
      Pattern.compile("((?:synthesis\\.)?b(\\d+)\\.(?:conv\\d?|fromrgb|skip)\\.)weight");

  private static Extra filter(String name) {
    return new Extra(name, List.of(4L, 4L), Extra.Kind.FILTER);
  }
}
