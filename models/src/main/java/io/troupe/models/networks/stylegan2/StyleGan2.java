package io.troupe.models.networks.stylegan2;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsProblems;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkBlock;
import io.troupe.models.networks.NetworkFamily;
import io.troupe.models.networks.StyledNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.autodiff.samediff.SDVariable;

/** StyleGAN2, at any power of two from 16 to 512. */
public record StyleGan2(
    ImageSpec spec,
    MappingNetwork mapping,
    SynthesisNetwork synthesis,
    StyleGan2Discriminator discriminator)
    implements GanNetworks, StyledNetworks {
  /** What settings know of it. */
  public static final class Family extends NetworkFamily {
    /** StyleGAN2 as {@code network.kind = stylegan2}. */
    public Family() {
      super("stylegan2", "stylegan2");
    }

    @Override
    public boolean hasStyles() {
      return true;
    }

    @Override
    public void check(RunSettings settings, SettingsProblems problems) {
      int batch = settings.training().batch();
      int group = settings.network().stylegan2().deviationGroup();
      if (!problems.concern("training.batch", "network.stylegan2.deviation-group")
          && batch % group != 0) {
        problems.report(
            "training.batch",
            "training.batch is %d; allowed: a multiple of network.stylegan2.deviation-group, which is %d"
                .formatted(batch, group));
      } else if (!problems.concern("training.micro-batch", "network.stylegan2.deviation-group")
          && settings.training().imagesAtOnce() % group != 0) {
        problems.report(
            "training.micro-batch",
            "training.micro-batch is %d; allowed: auto, 0, or a multiple of network.stylegan2.deviation-group, which is %d"
                .formatted(settings.training().microBatch(), group));
      }
    }

    @Override
    public Set<Integer> sizes() {
      return new TreeSet<>(Set.of(16, 32, 64, 128, 256, 512));
    }

    @Override
    public GanNetworks networks(NetworkSettings settings, ImageSpec spec) {
      return StyleGan2.of(settings, spec);
    }
  }

  /** The networks of the settings; with a single class they are not conditional. */
  static StyleGan2 of(NetworkSettings settings, ImageSpec spec) {
    StyleGan2Settings generator = sizes(settings, settings.generatorChannels(), spec);
    StyleGan2Settings discriminator = sizes(settings, settings.discriminatorChannels(), spec);
    return new StyleGan2(
        spec,
        new MappingNetwork(generator),
        new SynthesisNetwork(generator),
        new StyleGan2Discriminator(discriminator));
  }

  private static StyleGan2Settings sizes(NetworkSettings settings, int channels, ImageSpec spec) {
    NetworkSettings.Stylegan2 own = settings.stylegan2();
    int known = spec.classes() == 1 ? 0 : spec.classes();
    StyleGan2Settings design =
        switch (own.design()) {
          case COMPACT -> StyleGan2Settings.small(known);
          case CIFAR -> StyleGan2Settings.cifar(known);
          case RESIDUAL -> StyleGan2Settings.residual(known);
        };
    int doublings = Integer.numberOfTrailingZeros(spec.size() / StyleGan2Settings.SMALLEST);
    List<Integer> widths = new ArrayList<>();
    for (int index = 0; index <= doublings; index++) {
      widths.add((int) Math.min(own.mostChannels(), (long) channels << (doublings - index)));
    }
    return design.with(
        settings.latentSize(),
        own.styleSize(),
        own.mappingLayers(),
        widths,
        spec.channels(),
        own.deviationGroup(),
        own.deviationGroups());
  }

  /** Whole groups of the minibatch standard deviation. */
  @Override
  public int batchMultiple() {
    return discriminator.settings().deviationGroup();
  }

  @Override
  public List<NetworkBlock> discriminatorBlocks() {
    return discriminator.blocks();
  }

  @Override
  public List<List<Long>> noiseShapes(long batch) {
    return synthesis.noiseShapes(batch);
  }

  @Override
  public int styles() {
    return synthesis.styles();
  }

  @Override
  public SDVariable images(Scope scope, GeneratorInputs inputs) {
    return pictures(scope, styles(scope, inputs), inputs);
  }

  @Override
  public SDVariable truncated(Scope scope, GeneratorInputs inputs, SDVariable psi) {
    SDVariable style =
        mapping.truncated(scope.child("mapping"), inputs.latents(), inputs.labels(), psi);
    return pictures(scope, synthesis.repeated(scope.operations(), style, inputs.batch()), inputs);
  }

  @Override
  public Optional<StyledNetworks> styled() {
    return Optional.of(this);
  }

  @Override
  public int styleSize() {
    return mapping.settings().styleSize();
  }

  private SDVariable pictures(Scope scope, SDVariable styles, GeneratorInputs inputs) {
    scope.state(PATH_LENGTH, new Initial.Constant(0), 1);
    return synthesis(scope, styles, inputs.noise(), inputs.batch());
  }

  @Override
  public SDVariable styles(Scope scope, GeneratorInputs inputs) {
    Scope place = scope.child("mapping");
    Optional<GeneratorInputs.Mixing> mixing = inputs.mixing();
    if (mixing.isEmpty()) {
      SDVariable style = mapping.styles(place, inputs.latents(), inputs.labels());
      return synthesis.repeated(scope.operations(), style, inputs.batch());
    }
    // One pass for both vectors: a scope declares each parameter once.
    long batch = inputs.batch();
    SDVariable both =
        mapping.styles(
            place,
            scope.operations().concat(0, inputs.latents(), mixing.get().latents()),
            scope.operations().concat(0, inputs.labels(), inputs.labels()));
    return synthesis.mixed(
        scope.operations(),
        rows(scope, both, 0, batch),
        rows(scope, both, batch, batch),
        mixing.get().mask(),
        batch);
  }

  private SDVariable rows(Scope scope, SDVariable styles, long from, long count) {
    int width = mapping.settings().styleSize();
    return scope
        .operations()
        .slice(styles, new int[] {Math.toIntExact(from), 0}, Math.toIntExact(count), width);
  }

  @Override
  public SDVariable synthesis(Scope scope, SDVariable styles, List<SDVariable> noise, long batch) {
    return synthesis.images(scope.child("synthesis"), styles, noise, batch);
  }

  @Override
  public SDVariable logits(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    return discriminator.logits(scope, images, labels, pictures, batches);
  }
}
