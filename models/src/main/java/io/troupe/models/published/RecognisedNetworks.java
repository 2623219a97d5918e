package io.troupe.models.published;

import io.troupe.models.networks.ImageSpec;
import io.troupe.models.weights.WeightsGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What networks of a published program, alone or as a pair, say of the settings of ours.
 *
 * @param spec the images that they are for
 * @param settings keys of the section {@code network}, with values as HOCON
 */
public record RecognisedNetworks(Published program, ImageSpec spec, Map<String, String> settings) {
  private static final String DISCRIMINATOR_CHANNELS = "network.discriminator-channels";
  private static final String DESIGN = "network.stylegan2.design";

  /** Residual discriminators are published for sizes above. */
  private static final int LARGEST_PLAIN = 32;

  /** What a group of tensors is; empty if no program is known that has such. */
  public static Optional<Recognised> recognise(WeightsGroup group) {
    return PublishedPrograms.ALL.stream()
        .map(program -> program.recognise(group))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /**
   * What networks say together; settings of a network that is not there are like the other's.
   *
   * @param networks at least one
   * @throws MisfitException if one cannot be ours, or they do not belong together
   */
  public static RecognisedNetworks of(List<Recognised> networks) throws MisfitException {
    List<String> problems = new ArrayList<>();
    networks.forEach(network -> network.problem().ifPresent(problems::add));
    Recognised first = networks.get(0);
    Map<String, String> settings = new LinkedHashMap<>();
    int classes = 1;
    for (Recognised network : networks) {
      if (network.size() != first.size()
          || network.channels() != first.channels()
          || !network.program().equals(first.program())) {
        problems.add(
            "a %s and a %s do not belong together".formatted(first.text(), network.text()));
      }
      if (network.classes().isPresent()) {
        if (first.classes().isPresent()
            && first.classes().getAsInt() != network.classes().getAsInt()) {
          problems.add(
              "one network has %d classes, the other %d"
                  .formatted(first.classes().getAsInt(), network.classes().getAsInt()));
        }
        classes = network.classes().getAsInt();
      }
      network
          .settings()
          .forEach(
              (key, value) -> {
                String before = settings.putIfAbsent(key, value);
                if (before != null && !before.equals(value)) {
                  problems.add(
                      "one network says %s = %s, the other %s".formatted(key, before, value));
                }
              });
    }
    if (!problems.isEmpty()) {
      throw new MisfitException(problems);
    }
    complete(first, settings);
    return new RecognisedNetworks(
        first.program(), new ImageSpec(first.size(), first.channels(), classes), settings);
  }

  private static void complete(Recognised first, Map<String, String> settings) {
    String width = settings.get("network.generator-channels");
    if (width != null) {
      settings.putIfAbsent(DISCRIMINATOR_CHANNELS, width);
    }
    if (first.program().kind().equals("stylegan2")) {
      settings.putIfAbsent(DESIGN, first.size() > LARGEST_PLAIN ? "residual" : "cifar");
    }
  }
}
