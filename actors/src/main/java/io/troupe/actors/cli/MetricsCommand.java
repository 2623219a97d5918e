package io.troupe.actors.cli;

import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.IoReason;
import io.troupe.metrics.FeatureSample;
import io.troupe.metrics.FeatureSet;
import io.troupe.metrics.Gathered;
import io.troupe.metrics.Metric;
import io.troupe.metrics.Metrics;
import io.troupe.metrics.Protocol;
import io.troupe.metrics.ReferenceCache;
import io.troupe.metrics.ScoreName;
import io.troupe.metrics.ScoreName.Kind;
import io.troupe.metrics.Scores;
import io.troupe.metrics.StatisticsFile;
import io.troupe.metrics.extractors.Extractors;
import io.troupe.metrics.plots.FeaturePlot;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares generated pictures with real ones. */
@Command(
    name = "metrics",
    description = {
      "Compares generated pictures with real ones; progress goes to the standard error.",
      "PICTURES is " + PictureInput.PICTURES + ". docs/metrics.md defines the metrics."
    },
    footer = {
      "  troupe metrics --real faces --fake pictures --metrics fid,is,kid,prdc",
      "  troupe metrics --real photos.zip --fake pictures --resize 64 --filter lanczos",
      "  troupe metrics --real cifar-100-binary.tar.gz#train --fake pictures --json"
    })
final class MetricsCommand extends CliCommand {
  /** Below this many pictures a Frechet distance says more of their number than of them. */
  private static final int FEW = 10_000;

  /** Pictures of each side in the plot of features. */
  private static final int PLOTTED = 1000;

  @Mixin private final ExtractorOptions extractors = new ExtractorOptions();
  @Mixin private final PictureOptions options = new PictureOptions();

  @Option(
      names = "--real",
      paramLabel = "PICTURES",
      description =
          "Real pictures, or for fid an .npz file with their mu and sigma. The metric 'is' needs"
              + " none.")
  private Optional<String> realName = Optional.empty();

  @Option(
      names = "--fake",
      paramLabel = "PICTURES",
      required = true,
      description = "Generated pictures, or for fid an .npz file with their mu and sigma.")
  private String fakeName;

  @Option(
      names = "--metrics",
      paramLabel = "METRIC",
      split = ",",
      defaultValue = "fid",
      completionCandidates = Names.class,
      description =
          "Some of ${COMPLETION-CANDIDATES}, with commas between. Default: ${DEFAULT-VALUE}.")
  private List<String> metricNames;

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "Take at most N pictures of either side, spread evenly over their order. Default: all.")
  private int most = Integer.MAX_VALUE;

  @Option(
      names = "--save-real-statistics",
      paramLabel = "FILE",
      description =
          "Write mu and sigma of the real pictures as .npz, as other tools do; a file that is there"
              + " is replaced. Needs fid.")
  private Optional<Path> saved = Optional.empty();

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Where statistics of real pictures are kept for the next time, if fid is the only metric"
              + " that needs them. Default: $$XDG_CACHE_HOME/troupe/statistics or"
              + " ~/.cache/troupe/statistics.")
  private Optional<Path> cacheFolder = Optional.empty();

  @Option(
      names = "--tsne",
      paramLabel = "FILE",
      description =
          "Draw the features of at most 1,000 pictures of either side by t-SNE, coloured by class,"
              + " as a PNG file; a file that is there is replaced. Takes up to a minute.")
  private Optional<Path> plot = Optional.empty();

  @Mixin private JsonOption json;

  @Override
  public Integer call() throws CliException {
    List<Metric> metrics = metrics();
    List<Metric> compared = Metrics.comparing(metrics);
    if (!compared.isEmpty() && realName.isEmpty()) {
      throw wrong(
          "--real is missing; only --metrics %s does without it"
              .formatted(Metrics.names(Metrics.all().stream().filter(one -> !one.compares()))));
    }
    if (compared.isEmpty() && realName.isPresent()) {
      throw wrong(
          "--real has no effect with --metrics %s; add a metric that compares, or leave --real out"
              .formatted(Metrics.names(metrics.stream())));
    }
    if (saved.isPresent() && !Metrics.needs(compared).contains(Gathered.MOMENTS)) {
      throw wrong(
          "--save-real-statistics needs %s among the --metrics"
              .formatted(
                  Metrics.names(
                      Metrics.all().stream()
                          .filter(one -> one.needs().contains(Gathered.MOMENTS)))));
    }
    if (plot.isPresent() && compared.isEmpty()) {
      throw wrong("--tsne needs a metric that compares with --real");
    }
    if (most < 2) {
      throw wrong("--count must be at least 2");
    }
    PrintWriter screen = errors();
    FeatureStream stream = new FeatureStream(screen, extractors.batch());
    try (extractors) {
      PictureInput fakeInput = PictureInput.open(fakeName, options, screen);
      Optional<PictureInput> realInput =
          compared.isEmpty()
              ? Optional.empty()
              : Optional.of(PictureInput.open(realName.get(), options, screen));
      options.requireEffect(Stream.concat(realInput.stream(), Stream.of(fakeInput)).toList());
      extractors
          .agree(
              Stream.concat(realInput.stream(), Stream.of(fakeInput))
                  .flatMap(input -> input.pictures().stream())
                  .toList())
          .ifPresent(this::tell);
      MetricsSide fake = new MetricsSide(fakeInput, metrics, extractors, most);
      if (compared.isEmpty()) {
        tellMemory(fake.bytes() + Scores.workBytes(metrics, fake.dimension()));
        FeatureSet fakeSet = fake.collect(stream, Optional.empty());
        print(metrics, Optional.empty(), fake, FeatureSet.none(), fakeSet);
      } else {
        compare(
            metrics, new MetricsSide(realInput.get(), compared, extractors, most), fake, stream);
      }
      return 0;
    } catch (IOException e) {
      throw new CliException("cannot write: " + IoReason.of(e));
    } catch (IllegalArgumentException e) {
      throw new CliException(e.getMessage());
    }
  }

  /** The names that can be given. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Metrics.all().stream().map(Metric::name).iterator();
    }
  }

  private List<Metric> metrics() {
    List<String> names = metricNames.stream().map(String::strip).toList();
    for (String name : names) {
      if (Metrics.all().stream().noneMatch(metric -> metric.name().equals(name))) {
        throw wrong(
            "unknown metric \"%s\"; allowed: %s"
                .formatted(name, Metrics.names(Metrics.all().stream())));
      }
    }
    return Metrics.named(String.join(",", names));
  }

  private void compare(
      List<Metric> metrics, MetricsSide real, MetricsSide fake, FeatureStream stream)
      throws CliException, IOException {
    if (real.dimension() != fake.dimension()) {
      throw new CliException(
          "%s has %d features and %s has %d; make both with one extractor"
              .formatted(
                  real.input().name(), real.dimension(), fake.input().name(), fake.dimension()));
    }
    fake.countRightClasses(real);
    ClassMatch match = ClassMatch.of(real.classNames(), fake.classNames());
    real.useLabels(match.real());
    fake.useLabels(match.fake());
    List<Metric> withinClasses = metrics.stream().filter(Metric::withinClasses).toList();
    if (!withinClasses.isEmpty() || fake.accuracy().isPresent()) {
      match.note(real.classNames(), fake.classNames()).ifPresent(this::tell);
    }
    for (Metric metric : withinClasses) {
      real.requireEveryClass(metric, match.names());
      fake.requireEveryClass(metric, match.names());
    }
    if (plot.isPresent()) {
      real.input().requirePictures("--tsne");
      fake.input().requirePictures("--tsne");
    }
    int plotted =
        plot.isEmpty() ? 0 : Math.min(PLOTTED, real.count()) + Math.min(PLOTTED, fake.count());
    tellMemory(
        real.bytes()
            + fake.bytes()
            + FeatureSample.bytes(plotted, real.dimension())
            + Math.max(
                Scores.workBytes(metrics, real.dimension()), FeaturePlot.workBytes(plotted)));
    tellFew(metrics, real, fake);
    PrintWriter errors = errors();
    ReferenceCache cache = cacheFolder.map(ReferenceCache::new).orElseGet(ReferenceCache::ofUser);
    Optional<FeatureSample> realSample = plot.map(file -> sample(real));
    Optional<FeatureSample> fakeSample = plot.map(file -> sample(fake));
    FeatureSet realSet =
        plot.isPresent()
            ? real.collect(stream, realSample)
            : real.collectCached(stream, cache, errors);
    if (saved.isPresent()) {
      StatisticsFile.write(saved.get(), realSet.statistics().orElseThrow());
    }
    FeatureSet fakeSet = fake.collect(stream, fakeSample);
    if (plot.isPresent()) {
      FeaturePlot drawn = new FeaturePlot(realSample.get(), fakeSample.get());
      while (drawn.advance()) {
        // Until all are placed.
      }
      byte[] png = drawn.png("generated pictures", match.names());
      AtomicFile.write(plot.get(), file -> Files.write(file, png));
    }
    print(metrics, Optional.of(real), fake, realSet, fakeSet);
  }

  private static FeatureSample sample(MetricsSide side) {
    return new FeatureSample(side.dimension(), side.count(), PLOTTED);
  }

  private void tellMemory(long bytes) {
    tell(
        "memory: at most %.1f MB for features and statistics, besides pictures and the extractor"
            .formatted(bytes * 1e-6));
  }

  private void tellFew(List<Metric> metrics, MetricsSide... sides) {
    for (MetricsSide side : sides) {
      if (Metrics.needs(metrics).contains(Gathered.MOMENTS)
          && side.count() > 0
          && side.count() < FEW) {
        tell(
            "warning: %s: %d pictures are few; the distance is biased upwards below about %d%s"
                .formatted(
                    side.input().name(),
                    side.count(),
                    FEW,
                    side.count() <= side.dimension()
                        ? ", and with no more pictures than features (%d) the more"
                            .formatted(side.dimension())
                        : ""));
      }
    }
  }

  private void tell(String line) {
    errors().println(line);
    errors().flush();
  }

  private void print(
      List<Metric> metrics,
      Optional<MetricsSide> real,
      MetricsSide fake,
      FeatureSet realSet,
      FeatureSet fakeSet) {
    int classes = Math.max(real.map(MetricsSide::classes).orElse(0), fake.classes());
    Scores scores = Scores.of(metrics, classes, realSet, fakeSet);
    Optional<Extractors.Chosen> chosen = fake.chosen().or(() -> real.flatMap(MetricsSide::chosen));
    String extractor = chosen.map(c -> c.extractor().name()).orElseGet(extractors::ofStatistics);
    Protocol protocol =
        new Protocol(
            extractor,
            chosen.flatMap(Extractors.Chosen::weights),
            chosen.flatMap(Extractors.Chosen::network),
            options.protocol(chosen.map(Extractors.Chosen::resize).orElse("unknown")),
            fake.isGrey() || real.filter(MetricsSide::isGrey).isPresent(),
            realSet.count(),
            real.flatMap(side -> side.input().split()),
            fakeSet.count(),
            Optional.empty(),
            OptionalDouble.empty(),
            Optional.empty());
    Map<String, Object> found = new LinkedHashMap<>(scores.named(extractor));
    fake.accuracy()
        .ifPresent(share -> found.put(ScoreName.ACCURACY.name(extractor, Kind.SCORE), share));
    found.putAll(scores.lists());
    MetricsResult result = new MetricsResult(found, protocol.toMap(metrics));
    PrintWriter screen = screen();
    screen.println(json.wanted() ? result.json() : result.text());
    screen.flush();
  }
}
