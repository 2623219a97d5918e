package io.troupe.models.published;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.biggan.BigGanBlocks;
import io.troupe.models.weights.WeightsGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** BigGAN-PyTorch: networks with spectral norm, and batch norm in the generator. */
final class PublishedBigGan extends Published {
  private static final long FIRST_PIXELS = 16;
  private static final Pattern BLOCK = Pattern.compile("block(\\d+)\\.(\\w+)\\.(.+)");
  private static final String U = "u0";
  private static final Map<String, String> LAYERS =
      Map.of(
          "conv1",
          "conv1",
          "conv2",
          "conv2",
          "shortcut",
          "conv_sc",
          "norm1",
          "bn1",
          "norm2",
          "bn2");
  private static final Map<String, String> STATES =
      Map.of("u", U, "mean", "stored_mean", "variance", "stored_var");

  PublishedBigGan() {
    super("BigGAN-PyTorch", "biggan", "biggan-cifar100", 3);
  }

  @Override
  public Optional<Recognised> recognise(WeightsGroup group) {
    Shapes shapes = new Shapes(group);
    if (!shapes.has("blocks.0.0.conv1.weight") || !shapes.has("linear.weight")) {
      return Optional.empty();
    }
    return Optional.of(
        shapes.has("output_layer.2.weight") ? generator(shapes) : discriminator(shapes));
  }

  private Recognised generator(Shapes shapes) {
    int blocks = shapes.count("blocks.%d.0.conv1.weight"::formatted);
    int width = shapes.size("output_layer.2.weight", 1);
    int size = BigGanBlocks.FIRST_SIZE << blocks;
    boolean shared = shapes.has("shared.weight");
    int embedding = shapes.size("shared.weight", 1);
    int chunk = shapes.size("linear.weight", 1);
    boolean hierarchical = shared && shapes.size("blocks.0.0.bn1.gain.weight", 1) > embedding;
    int classes =
        shared ? shapes.size("shared.weight", 0) : shapes.size("blocks.0.0.bn1.gain.weight", 0);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("network.kind", kind());
    settings.put("network.latent-size", "" + (hierarchical ? chunk * (blocks + 1) : chunk));
    settings.put("network.generator-channels", "" + width);
    settings.put("network.biggan.hierarchical", "" + hierarchical);
    settings.put("network.biggan.shared-embedding", "" + embedding);
    settings.put(
        "network.biggan.generator-attention",
        "" + attention(shapes, blocks, block -> (BigGanBlocks.FIRST_SIZE * 2) << block));
    List<String> problems = new ArrayList<>();
    if (!BigGanBlocks.sizes().contains(size)) {
      problems.add(
          "it makes pictures of %d pixels; those of %s can be imported"
              .formatted(size, BigGanBlocks.sizes()));
    }
    int channels = shapes.size("output_layer.2.weight", 0);
    return recognised(Part.GENERATOR, size, channels, classes(classes), settings, problems);
  }

  private Recognised discriminator(Shapes shapes) {
    int blocks = shapes.count("blocks.%d.0.conv1.weight"::formatted);
    Optional<Integer> found =
        BigGanBlocks.sizes().stream()
            .filter(size -> BigGanBlocks.of(size).discriminator().size() == blocks)
            .findFirst();
    int size = found.orElse(0);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("network.kind", kind());
    settings.put("network.discriminator-channels", "" + shapes.size("blocks.0.0.conv1.weight", 0));
    settings.put(
        "network.biggan.discriminator-attention",
        "" + attention(shapes, blocks, block -> size >> (block + 1)));
    settings.put("network.biggan.quantiser.layers", "\"\"");
    List<String> problems = new ArrayList<>();
    if (found.isEmpty()) {
      problems.add(
          "it has %d blocks; discriminators of %s pixels can be imported"
              .formatted(blocks, BigGanBlocks.sizes()));
    }
    int channels = shapes.size("blocks.0.0.conv1.weight", 1);
    return recognised(
        Part.DISCRIMINATOR,
        size,
        channels,
        classes(shapes.size("embed.weight", 0)),
        settings,
        problems);
  }

  private static OptionalInt classes(int found) {
    return found == 0 ? OptionalInt.empty() : OptionalInt.of(found);
  }

  /** Resolution of the first block with self-attention behind it; 0 without any. */
  private static int attention(Shapes shapes, int blocks, IntUnaryOperator side) {
    return IntStream.range(0, blocks)
        .filter(block -> shapes.has("blocks.%d.1.theta.weight".formatted(block)))
        .map(side)
        .findFirst()
        .orElse(0);
  }

  @Override
  public Optional<String> misfit(NetworkSettings settings, ImageSpec spec) {
    if (spec.channels() != 3) {
      return Optional.of("%s makes colour pictures only".formatted(program()));
    }
    return settings.biggan().quantiser().layers().isEmpty()
        ? Optional.empty()
        : Optional.of("%s has no feature quantiser".formatted(program()));
  }

  @Override
  public Optional<Counterpart> counterpart(
      NetworkSettings settings, ImageSpec spec, Part part, ParameterLayout.Slot slot) {
    Matcher block = BLOCK.matcher(slot.name());
    if (block.matches()) {
      String layer = LAYERS.get(block.group(2));
      return layer == null
          ? Optional.empty()
          : Optional.of(
              named("blocks.%s.0.%s.".formatted(block.group(1), layer), block.group(3), slot));
    }
    int dot = slot.name().indexOf('.');
    String rest = slot.name().substring(dot + 1);
    boolean generator = part == Part.GENERATOR;
    return switch (slot.name().substring(0, dot)) {
      case "linear" -> Optional.of(generator ? first(rest, slot) : named("linear.", rest, slot));
      case "embedding" -> Optional.of(embedding(generator ? "shared." : "embed.", rest, slot));
      case "attention" ->
          Optional.of(
              named("blocks.%d.1.".formatted(attentionBlock(settings, spec, part)), rest, slot));
      case "norm" -> Optional.of(named("output_layer.0.", rest, slot));
      case "rgb" -> Optional.of(named("output_layer.2.", rest, slot));
      default -> Optional.empty();
    };
  }

  private static int attentionBlock(NetworkSettings settings, ImageSpec spec, Part part) {
    BigGanBlocks blocks = BigGanBlocks.of(spec.size());
    return part == Part.GENERATOR
        ? blocks.generatorSides().indexOf(settings.biggan().generatorAttention())
        : blocks
            .discriminatorSides(spec.size())
            .indexOf(settings.biggan().discriminatorAttention());
  }

  /** A table has a row for each class in both. */
  private static Counterpart embedding(String prefix, String rest, ParameterLayout.Slot slot) {
    return rest.equals("weight")
        ? new Counterpart(prefix + rest, Arrangement.same(slot.shape()))
        : named(prefix, rest, slot);
  }

  /** A tensor by the end of its name. */
  private static Counterpart named(String prefix, String rest, ParameterLayout.Slot slot) {
    int dot = rest.lastIndexOf('.') + 1;
    String last = rest.substring(dot);
    List<Long> shape = slot.shape();
    if (last.equals("gamma")) {
      return new Counterpart(prefix + rest, Arrangement.as(shape, List.of()));
    }
    if (last.equals("u")) {
      return new Counterpart(
          prefix + rest.substring(0, dot) + U, Arrangement.as(shape, List.of(1L, shape.get(0))));
    }
    if (STATES.containsKey(last)) {
      return new Counterpart(prefix + STATES.get(last), Arrangement.same(shape));
    }
    if (last.equals("weight")) {
      return new Counterpart(
          prefix + rest,
          shape.size() == 2 ? Arrangement.matrix(shape) : Arrangement.convolution(shape));
    }
    // A norm's table of gains or biases is a layer there; one of its own numbers is not.
    return new Counterpart(
        prefix + rest + (shape.size() == 2 ? ".weight" : ""), Arrangement.same(shape));
  }

  /** The generator's first layer, whose outputs are pictures of 4x4 with the channels last here. */
  private static Counterpart first(String rest, ParameterLayout.Slot slot) {
    long out = slot.shape().get(slot.shape().size() - 1);
    long channels = out / FIRST_PIXELS;
    return switch (rest) {
      case "weight" ->
          new Counterpart(
              "linear.weight",
              Arrangement.permuted(List.of(slot.shape().get(0), FIRST_PIXELS, channels), 2, 1, 0)
                  .in(out, slot.shape().get(0)));
      case "u" ->
          new Counterpart(
              "linear." + U,
              Arrangement.permuted(List.of(FIRST_PIXELS, channels), 1, 0).in(1L, out));
      default ->
          new Counterpart(
              "linear." + rest,
              Arrangement.permuted(List.of(FIRST_PIXELS, channels), 1, 0).in(out));
    };
  }

  @Override
  public List<Extra> extras(
      NetworkSettings settings, ImageSpec spec, Part part, List<String> names) {
    return names.stream()
        .filter(name -> name.endsWith("." + U))
        .map(name -> name.substring(0, name.length() - U.length()) + "sv0")
        .map(name -> new Extra(name, List.of(1L), Extra.Kind.LOGGED))
        .toList();
  }
}
