package io.troupe.config;

import io.troupe.config.DatasetSettings.Cache;
import io.troupe.config.DatasetSettings.ClassOrder;
import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import io.troupe.config.DatasetSettings.FloatRange;
import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.config.EmaSettings.AverageStates;
import io.troupe.config.EmaSettings.RampPictures;
import io.troupe.config.NetworkSettings.Biggan;
import io.troupe.config.NetworkSettings.Dcgan;
import io.troupe.config.NetworkSettings.DeviationGroups;
import io.troupe.config.NetworkSettings.Initialisation;
import io.troupe.config.NetworkSettings.Quantiser;
import io.troupe.config.NetworkSettings.StyleDesign;
import io.troupe.config.NetworkSettings.Stylegan2;
import io.troupe.config.RunSettings.Augmentation;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.RunSettings.ChannelOrder;
import io.troupe.config.RunSettings.Checkpoints;
import io.troupe.config.RunSettings.Compute;
import io.troupe.config.RunSettings.Control;
import io.troupe.config.RunSettings.Evaluation;
import io.troupe.config.RunSettings.ExtractorKind;
import io.troupe.config.RunSettings.InitFrom;
import io.troupe.config.RunSettings.Journal;
import io.troupe.config.RunSettings.Precision;
import io.troupe.config.RunSettings.Prefetch;
import io.troupe.config.RunSettings.Rounding;
import io.troupe.config.RunSettings.Sampling;
import io.troupe.config.RunSettings.Supervision;
import io.troupe.config.RunSettings.Tensorboard;
import io.troupe.config.RunSettings.Tls;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Fills the records, and defines the type and range of every key; those of training are apart. */
final class SettingsReader {
  private static final Pattern DEVICE = Pattern.compile("cpu|cuda(:\\d{1,3})?");
  private static final String DEVICES =
      "cpu, cuda or cuda:N, the N-th device that the process sees, from 0";
  private static final Pattern BFLOAT16 = Pattern.compile("auto|(portable|native)(, .+)?");
  private static final Pattern SHA256 = Pattern.compile("([0-9a-f]{64})?");
  static final long MOST_STEPS = 1_000_000_000;
  static final int MOST_PICTURES = 1 << 16;
  private static final int MOST_CHANNELS = 4096;
  private static final int MOST_PIXELS = 1024;
  private static final int MOST_MEBIBYTES = 1 << 20;
  private static final Interval TINY = Interval.above(0, 0.1);

  private final ValueReader in;
  private final int publishedBatch;

  /**
   * A reader of all settings.
   *
   * @param publishedBatch what {@code training.batch = auto} is
   */
  SettingsReader(ValueReader in, int publishedBatch) {
    this.in = in;
    this.publishedBatch = publishedBatch;
  }

  /** The settings, with placeholders where a problem was reported. */
  RunSettings read(String preset) {
    return new RunSettings(
        preset,
        in.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        dataset(),
        augmentation(),
        network(),
        new InitFrom(
            in.path("init-from.checkpoint"),
            in.text(
                "init-from.sha256",
                "64 hexadecimal digits in double quotes, or \"\"",
                text -> SHA256.matcher(text).matches()),
            in.flag("init-from.adam")),
        new TrainingReader(in, publishedBatch).read(),
        new EmaSettings(
            in.decimal("ema.decay", Interval.DECAY),
            steps("ema.start-step", 0),
            in.whole("ema.half-life", 0, 1_000_000_000_000L),
            in.decimal("ema.ramp", Interval.SHARE),
            in.oneOf("ema.ramp-pictures", RampPictures.class),
            in.oneOf("ema.states", AverageStates.class),
            in.whole("ema.burn-in", 0, 1_000_000_000_000L)),
        new Evaluation(
            steps("evaluation.every", 0),
            in.integer("evaluation.images", 2, 1_000_000),
            in.integer("evaluation.real-images", 0, 10_000_000),
            in.integer("evaluation.batch", 1, MOST_PICTURES),
            in.text(
                "evaluation.device",
                "same, " + DEVICES,
                text -> text.equals(Evaluation.SAME) || DEVICE.matcher(text).matches()),
            in.oneOf("evaluation.batch-norm", BatchNormMode.class),
            in.oneOf("evaluation.extractor", ExtractorKind.class),
            in.path("evaluation.weights"),
            in.text("evaluation.layer", "a name in double quotes, or \"\"", text -> true),
            in.integer("evaluation.input-size", 0, MOST_PIXELS),
            in.oneOf("evaluation.input-order", ChannelOrder.class),
            in.text(
                "evaluation.input-mean",
                FeatureNetwork.NUMBERS + ", in double quotes, or \"\"",
                text -> text.isEmpty() || FeatureNetwork.areNumbers(text)),
            in.text(
                "evaluation.input-deviation",
                FeatureNetwork.NUMBERS + ", in double quotes, other than 0, or \"\"",
                text -> text.isEmpty() || FeatureNetwork.areDivisors(text)),
            metrics(),
            in.integer("evaluation.tsne-images", 0, 1000)),
        new Sampling(
            steps("sampling.every", 0),
            in.integer("sampling.per-class", 1, 100),
            in.integer("sampling.class-grids", 0, 1000),
            in.oneOf("sampling.batch-norm", BatchNormMode.class)),
        new Checkpoints(
            steps("checkpoints.every", 0),
            in.integer("checkpoints.keep", 1, 10_000),
            in.oneOf("checkpoints.best", rankings())),
        new Prefetch(in.integer("prefetch.batches", 1, 64), in.integer("prefetch.workers", 1, 256)),
        new Journal(steps("journal.every", 1)),
        new Tensorboard(in.flag("tensorboard.enabled")),
        new Supervision(
            in.integer("supervision.max-rollbacks", 0, 1000),
            in.integer("supervision.failed-minutes", 0, 10_080),
            in.integer("supervision.stalled-minutes", 0, 10_080),
            in.flag("supervision.stalled-exit"),
            collapse()),
        control(),
        new Compute(
            in.oneOf("compute.engine", Compute.Engine.class),
            in.text("compute.device", DEVICES, text -> DEVICE.matcher(text).matches()),
            in.integer("compute.threads", 0, 1024),
            in.oneOf("compute.precision", Precision.class),
            in.text(
                "compute.bfloat16",
                "auto, portable, native, or what a run's config.conf says",
                text -> BFLOAT16.matcher(text).matches()),
            in.flag("compute.tf32"),
            in.integer("compute.memory-mb", 0, MOST_MEBIBYTES)));
  }

  private String metrics() {
    List<String> names = Parts.metrics().stream().map(MetricChoice::name).toList();
    return in.text(
        "evaluation.metrics",
        "some of %s, with commas between, in double quotes"
            .formatted(ValueReader.list(names, "and")),
        text -> names.isEmpty() || names.containsAll(List.of(text.split(",", -1))));
  }

  private static List<String> rankings() {
    List<String> rankings =
        Parts.metrics().stream().flatMap(metric -> metric.rankings().stream()).toList();
    return rankings.isEmpty()
        ? rankings
        : Stream.concat(Stream.of(Checkpoints.NO_SCORE), rankings.stream()).toList();
  }

  private DatasetSettings dataset() {
    return new DatasetSettings(
        in.oneOf("dataset.kind", Parts.datasetNames()),
        in.path("dataset.path"),
        in.oneOf("dataset.split", Split.class),
        in.oneOf("dataset.labels", Labels.class),
        in.oneOf("dataset.channels", 0, 1, 3),
        in.integer("dataset.images", 1, 10_000_000),
        in.integer("dataset.size", 1, MOST_PIXELS),
        in.oneOf("dataset.fit", Fit.class),
        in.oneOf("dataset.filter", Filter.class),
        in.oneOf("dataset.cache", Cache.class),
        in.integer("dataset.cache-mb", 0, MOST_MEBIBYTES),
        in.flag("dataset.upright"),
        in.integer("dataset.patience", 0, 86400),
        in.oneOf("dataset.class-order", ClassOrder.class),
        in.oneOf("dataset.float-range", FloatRange.class),
        in.flag("dataset.nested"));
  }

  private Augmentation augmentation() {
    return new Augmentation(
        in.flag("augmentation.horizontal-flip"),
        in.decimal("augmentation.brightness", Interval.SHARE),
        in.decimal("augmentation.contrast", Interval.SHARE),
        in.decimal("augmentation.saturation", Interval.SHARE),
        in.decimal("augmentation.hue", Interval.closed(0, 0.5)),
        in.oneOf("augmentation.rounding", Rounding.class));
  }

  private NetworkSettings network() {
    return new NetworkSettings(
        in.oneOf("network.kind", Parts.networks().stream().map(NetworkChoice::name).toList()),
        in.integer("network.latent-size", 1, 4096),
        in.integer("network.generator-channels", 1, MOST_CHANNELS),
        in.integer("network.discriminator-channels", 1, MOST_CHANNELS),
        in.decimal("network.initial-deviation", Interval.POSITIVE_SHARE),
        in.decimal("network.spectral-norm-epsilon", TINY),
        in.decimal("network.batch-norm-epsilon", TINY),
        in.decimal("network.batch-norm-momentum", Interval.POSITIVE_SHARE),
        biggan(),
        new Dcgan(in.flag("network.dcgan.conditional")),
        stylegan2());
  }

  private Biggan biggan() {
    return new Biggan(
        in.flag("network.biggan.hierarchical"),
        in.integer("network.biggan.shared-embedding", 0, MOST_CHANNELS),
        in.integer("network.biggan.generator-attention", 0, MOST_PIXELS),
        in.integer("network.biggan.discriminator-attention", 0, MOST_PIXELS),
        in.oneOf("network.biggan.initialisation", Initialisation.class),
        new Quantiser(
            in.text(
                "network.biggan.quantiser.layers",
                "digits of blocks in rising order in double quotes, such as \"0123\", or \"\"",
                text -> text.matches("0?1?2?3?4?5?6?")),
            in.decimal("network.biggan.quantiser.commitment", Interval.closed(0, 1e6)),
            in.integer("network.biggan.quantiser.codes", 2, 65536),
            in.decimal("network.biggan.quantiser.decay", Interval.DECAY)));
  }

  private Stylegan2 stylegan2() {
    return new Stylegan2(
        in.oneOf("network.stylegan2.design", StyleDesign.class),
        in.integer("network.stylegan2.style-size", 1, MOST_CHANNELS),
        in.integer("network.stylegan2.mapping-layers", 1, 64),
        in.integer("network.stylegan2.most-channels", 1, MOST_CHANNELS),
        in.integer("network.stylegan2.deviation-group", 1, MOST_PICTURES),
        in.oneOf("network.stylegan2.deviation-groups", DeviationGroups.class));
  }

  private CollapseSettings collapse() {
    return new CollapseSettings(
        in.oneOf("supervision.collapse.action", CollapseSettings.Action.class),
        in.integer("supervision.collapse.pinned-steps", 0, 1_000_000),
        in.integer("supervision.collapse.equal-steps", 0, 1_000_000),
        in.decimal("supervision.collapse.equal-deviation", Interval.SHARE),
        in.integer("supervision.collapse.score-evaluations", 0, 1000),
        in.decimal("supervision.collapse.score-factor", Interval.above(1, 1e6)),
        in.integer("supervision.collapse.diversity-evaluations", 0, 1000),
        in.decimal("supervision.collapse.diversity-share", Interval.SHARE),
        in.decimal("supervision.collapse.learning-rate-factor", Interval.POSITIVE_SHARE),
        in.decimal("supervision.collapse.penalty-factor", Interval.closed(1, 1000)));
  }

  private Control control() {
    String host =
        in.text(
            "control.host",
            "a host name or IP address in double quotes",
            text -> text.matches("[A-Za-z0-9.:%_-]+"));
    int port = in.integer("control.port", Control.ANY_PORT, 65535);
    // No other characters are allowed in an Authorization header.
    String token =
        in.text(
            "control.token",
            "visible ASCII characters without spaces, in double quotes, or \"\"",
            text -> text.matches("[!-~]*"));
    return new Control(
        host,
        port,
        token.isEmpty() ? Optional.empty() : Optional.of(token),
        in.path("control.token-file"),
        new Tls(in.path("control.tls.certificate"), in.path("control.tls.key")));
  }

  private long steps(String key, long fewest) {
    return in.whole(key, fewest, MOST_STEPS);
  }
}
