package io.troupe.models.published;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkFamily;
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

/** DCGAN of PyTorch's examples; also with other numbers of stages than its four. */
final class PublishedDcGan extends Published {
  private static final long KERNEL = 4;
  private static final Pattern SLOT =
      Pattern.compile("stage(\\d+)\\.(weight|norm\\.(gain|bias|mean|variance))");
  private static final Map<String, String> NORM =
      Map.of("gain", "weight", "bias", "bias", "mean", "running_mean", "variance", "running_var");
  private static final String NORM_MEAN = ".running_mean";

  PublishedDcGan() {
    super("DCGAN of PyTorch's examples", "dcgan", "dcgan-celeba", 1, 3);
  }

  @Override
  public Optional<String> dataset() {
    return Optional.of("shapes");
  }

  @Override
  public Optional<Recognised> recognise(WeightsGroup group) {
    Shapes shapes = new Shapes(group);
    if (shapes.dimensions("main.0.weight") != KERNEL) {
      return Optional.empty();
    }
    Part part = shapes.has("main.1" + NORM_MEAN) ? Part.GENERATOR : Part.DISCRIMINATOR;
    int stages = shapes.count(stage -> "main.%d.weight".formatted(convolution(part, stage)));
    String last = "main.%d.weight".formatted(convolution(part, stages - 1));
    int size = 4 << (stages - 1);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("network.kind", kind());
    settings.put("network.dcgan.conditional", "false");
    int channels;
    int width;
    if (part == Part.GENERATOR) {
      channels = shapes.size(last, 1);
      width = shapes.size(last, 0);
      settings.put("network.latent-size", "" + shapes.size("main.0.weight", 0));
      settings.put("network.generator-channels", "" + width);
    } else {
      channels = shapes.size("main.0.weight", 1);
      width = shapes.size("main.0.weight", 0);
      settings.put("network.discriminator-channels", "" + width);
    }
    List<String> problems = new ArrayList<>();
    if (stages < 2 || !NetworkFamily.named(kind()).orElseThrow().sizes().contains(size)) {
      problems.add("it has %d stages; 4 to 6 can be imported".formatted(stages));
    }
    return Optional.of(recognised(part, size, channels, OptionalInt.empty(), settings, problems));
  }

  /** The place of a stage's convolution in the program's list of layers. */
  private static int convolution(Part part, int stage) {
    IntUnaryOperator place = part == Part.GENERATOR ? s -> 3 * s : s -> s == 0 ? 0 : 3 * s - 1;
    return place.applyAsInt(stage);
  }

  @Override
  public Optional<String> misfit(NetworkSettings settings, ImageSpec spec) {
    return settings.dcgan().conditional() && spec.classes() > 1
        ? Optional.of("%s knows no classes".formatted(program()))
        : Optional.empty();
  }

  @Override
  public Optional<Counterpart> counterpart(
      NetworkSettings settings, ImageSpec spec, Part part, ParameterLayout.Slot slot) {
    Matcher name = SLOT.matcher(slot.name());
    if (!name.matches()) {
      return Optional.empty();
    }
    int stage = Integer.parseInt(name.group(1));
    int layer = convolution(part, stage);
    if (name.group(3) != null) {
      return Optional.of(
          new Counterpart(
              "main.%d.%s".formatted(layer + 1, NORM.get(name.group(3))),
              Arrangement.same(slot.shape())));
    }
    return Optional.of(
        new Counterpart("main.%d.weight".formatted(layer), weight(part, stage, slot.shape())));
  }

  private static Arrangement weight(Part part, int stage, List<Long> shape) {
    if (shape.size() == KERNEL) {
      return part == Part.GENERATOR
          ? Arrangement.permuted(shape, 2, 3, 0, 1)
          : Arrangement.convolution(shape);
    }
    long pixels = KERNEL * KERNEL;
    return stage == 0
        // From one pixel to 4x4: [in, 4 * 4 * out].
        ? Arrangement.permuted(
            List.of(shape.get(0), KERNEL, KERNEL, shape.get(1) / pixels), 0, 3, 1, 2)
        // From 4x4 to one: [4 * 4 * in, 1].
        : Arrangement.convolution(List.of(KERNEL, KERNEL, shape.get(0) / pixels, shape.get(1)));
  }

  @Override
  public List<Extra> extras(
      NetworkSettings settings, ImageSpec spec, Part part, List<String> names) {
    return names.stream()
        .filter(name -> name.endsWith(NORM_MEAN))
        .map(name -> name.replace(NORM_MEAN, ".num_batches_tracked"))
        .map(name -> new Extra(name, List.of(), Extra.Kind.COUNTER))
        .toList();
  }
}
