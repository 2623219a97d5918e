package io.troupe.actors.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.checkpoint.ExportFormat;
import io.troupe.actors.history.RunFiles;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.history.RunSummary;
import io.troupe.actors.http.BodyReader;
import io.troupe.actors.http.LateAnswers;
import io.troupe.actors.http.Problem;
import io.troupe.actors.run.PictureOrder;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import io.troupe.actors.sampling.ClassNames;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is made of a run's checkpoints, by {@link Jobs}: pictures, exports and new runs; and the
 * start of a run that has no daemon.
 */
public final class JobRoutes {
  private static final String RUN = "/api/v1/runs/{run}/";
  private static final String CHECKPOINT = RUN + "checkpoints/{step}/";
  private static final Pattern STEP = Pattern.compile("\\d{1,18}");

  /** Names of folders that are no surprise anywhere. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final RunLookup lookup;
  private final Jobs jobs;
  private final BodyReader bodies = new BodyReader();

  /** Routes over the runs of a catalogue. */
  public JobRoutes(RunLookup lookup, Jobs jobs) {
    this.lookup = lookup;
    this.jobs = jobs;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.get(RUN + "jobs", this::list);
    routes.get(RUN + "exports/{file}", this::export);
    routes.post(RUN + "start", this::start);
    routes.post(CHECKPOINT + "sample", this::sampleFrom);
    routes.post(CHECKPOINT + "export", this::exportFrom);
    routes.post(CHECKPOINT + "branch", this::branchFrom);
  }

  private void list(Context ctx) throws IOException {
    List<Jobs.Job> known = new ArrayList<>();
    for (Jobs.Job job : jobs.of(lookup.run(ctx).id())) {
      // A daemon's server has its own run alone.
      boolean isHere =
          job.madeRun().isEmpty() || lookup.catalogue().find(job.madeRun().get()).isPresent();
      known.add(isHere ? job : job.withoutRun());
    }
    RunLookup.json(ctx, Map.of("jobs", known));
  }

  private void export(Context ctx) throws IOException {
    Path folder = lookup.run(ctx).directory().exports();
    RunFiles.Listed file =
        RunFiles.find(folder, "", ctx.pathParam("file"))
            .orElseThrow(
                () ->
                    Problem.of(
                        HttpStatus.NOT_FOUND, "The run has no export of that name (any more)."));
    ctx.contentType("application/octet-stream")
        .header("Content-Disposition", attachment(file.name()))
        .header("Content-Length", Long.toString(file.bytes()))
        .result(Files.newInputStream(file.path(), LinkOption.NOFOLLOW_LINKS));
  }

  private void start(Context ctx) throws IOException {
    RunHistory run = lookup.run(ctx);
    if (RunLock.isHeld(run.directory())) {
      throw Problem.of(
          HttpStatus.CONFLICT, "The run has a living daemon already; there is nothing to start.");
    }
    Jobs.Taken taken =
        take(
            new Jobs.Order(
                run.id(),
                "start",
                "start again",
                List.of("start", "--run-dir=" + path(run.directory().root())),
                false,
                Optional.empty(),
                Optional.empty()));
    LateAnswers.await(ctx, () -> taken.end().thenAccept(job -> started(ctx, run, job)));
  }

  private static void started(Context ctx, RunHistory run, Jobs.Job job) {
    if (job.state() == Jobs.State.FAILED) {
      Problem.write(ctx, HttpStatus.CONFLICT, job.message(), Map.of());
      return;
    }
    RunSummary now = run.summary();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("step", now.step());
    answer.put(
        "message",
        now.pid().isPresent()
            ? "Its daemon has started: process %d, going on after step %d."
                .formatted(now.pid().getAsLong(), now.step())
            : job.message());
    RunLookup.json(ctx, answer);
  }

  private void sampleFrom(Context ctx) throws IOException {
    RunHistory run = lookup.run(ctx);
    long step = step(ctx);
    RunFiles.Listed checkpoint = checkpoint(run, step);
    PictureOrder order = PictureOrderJson.read(bodies.read(ctx)).orElse(PictureOrder.DEFAULT);
    Optional<ChosenClass> chosen = order.label().map(text -> chosen(run, text));
    Optional<String> ofClass = chosen.map(ChosenClass::name);
    String file = String.format(Locale.ROOT, "step-%09d-%s.png", step, order.fileName(ofClass));
    List<String> arguments =
        new ArrayList<>(List.of("sample", path(checkpoint.path()), "--grid", "--force"));
    arguments.add("--count=" + order.pictures());
    chosen.ifPresent(label -> arguments.add("--class=" + label.argument()));
    order.truncation().ifPresent(value -> arguments.add("--truncation=" + value));
    order.seed().ifPresent(value -> arguments.add("--seed=" + value));
    arguments.add("--out=" + path(run.directory().pictures().resolve(file)));
    accept(
        ctx,
        new Jobs.Order(
            run.id(),
            "sample",
            "%s, step %d".formatted(order.text(ofClass), step),
            arguments,
            true,
            Optional.of(address(run, "pictures", file)),
            Optional.empty()));
  }

  /** A class as the command line takes it, and its name in words. */
  private record ChosenClass(String argument, String name) {}

  private static ChosenClass chosen(RunHistory run, String text) {
    Optional<ClassNames> classes = run.classNames();
    if (classes.isEmpty()) {
      if (text.startsWith("-")) { // It would be an option.
        throw Problem.of(
            HttpStatus.BAD_REQUEST,
            "\"class\": the run does not tell its classes' names; give the number of the class.");
      }
      return new ChosenClass(text, text.matches("\\d+") ? "class " + text : text);
    }
    OptionalInt label = classes.get().label(text);
    if (label.isEmpty()) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "\"class\": " + classes.get().noClass(text) + ".");
    }
    return new ChosenClass(
        Integer.toString(label.getAsInt()), classes.get().name(label.getAsInt()));
  }

  private void exportFrom(Context ctx) throws IOException {
    RunHistory run = lookup.run(ctx);
    long step = step(ctx);
    RunFiles.Listed checkpoint = checkpoint(run, step);
    JsonNode json = JsonBody.object(bodies.read(ctx), "{\"format\": \"safetensors\"}");
    JsonBody.requireMembers(json, List.of("format", "network", "values"));
    String name =
        JsonBody.choice(
            json,
            "format",
            Arrays.stream(ExportFormat.values()).map(ExportFormat::toString).toList());
    ExportFormat format =
        Arrays.stream(ExportFormat.values())
            .filter(one -> one.toString().equals(name))
            .findFirst()
            .orElseThrow();
    String network = JsonBody.choice(json, "network", List.of("generator", "discriminator"));
    List<String> allowed = network.equals("generator") ? List.of("ema", "raw") : List.of("raw");
    String values = JsonBody.choice(json, "values", allowed);
    Path folder = Files.createDirectories(run.directory().exports());
    String file =
        String.format(Locale.ROOT, "step-%09d-%s-%s.%s", step, network, values, format.extension());
    accept(
        ctx,
        new Jobs.Order(
            run.id(),
            "export",
            "%s (%s) of step %d as %s".formatted(network, values, step, format),
            List.of(
                "export",
                path(checkpoint.path()),
                "--format=" + format,
                "--network=" + network,
                "--" + values,
                "--force",
                "--out=" + path(folder.resolve(file))),
            true,
            Optional.of(address(run, "exports", file)),
            Optional.empty()));
  }

  private void branchFrom(Context ctx) throws IOException {
    RunHistory run = lookup.run(ctx);
    long step = step(ctx);
    RunFiles.Listed checkpoint = checkpoint(run, step);
    JsonNode json = JsonBody.object(bodies.read(ctx), "{\"name\": \"demo-b\", \"settings\": {}}");
    JsonBody.requireMembers(json, List.of("name", "settings"));
    String name = json.path("name").asText();
    if (!json.path("name").isTextual() || !NAME.matcher(name).matches()) {
      throw JsonBody.misfit(
          "name",
          json.path("name"),
          "the name of a new folder, up to 100 letters, digits, dots, - and _, beginning with a"
              + " letter or digit");
    }
    Path root = run.directory().root().toAbsolutePath().normalize();
    Path target = root.resolveSibling(name);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw Problem.of(
          HttpStatus.CONFLICT,
          "There is a folder %s already; choose another name.".formatted(target));
    }
    List<String> arguments =
        new ArrayList<>(
            List.of("start", "--from=" + path(checkpoint.path()), "--run-dir=" + target));
    settings(json.path("settings")).forEach(setting -> arguments.add("--set=" + setting));
    accept(
        ctx,
        new Jobs.Order(
            run.id(),
            "branch",
            "new run %s from step %d".formatted(name, step),
            arguments,
            false,
            Optional.empty(),
            Optional.of(run.id().replaceFirst("[^~]*$", name))));
  }

  private static List<String> settings(JsonNode settings) {
    if (JsonBody.isAbsent(settings)) {
      return List.of();
    }
    if (!settings.isObject()) {
      throw JsonBody.misfit("settings", settings, "an object of settings");
    }
    return JsonBody.assignments(settings);
  }

  private void accept(Context ctx, Jobs.Order order) {
    Jobs.Taken taken = take(order);
    RunLookup.json(
        ctx.status(HttpStatus.ACCEPTED),
        Map.of("job", taken.job(), "message", "Asked for: " + order.text() + "."));
  }

  private Jobs.Taken take(Jobs.Order order) {
    try {
      return jobs.take(order);
    } catch (IllegalStateException e) {
      throw Problem.of(HttpStatus.CONFLICT, e.getMessage());
    }
  }

  private static long step(Context ctx) {
    String text = ctx.pathParam("step");
    if (!STEP.matcher(text).matches()) {
      throw Problem.of(
          HttpStatus.BAD_REQUEST, "\"%s\" is no step; allowed: a whole number.".formatted(text));
    }
    return Long.parseLong(text);
  }

  /** Found by listing, and never by a name that somebody asks for. */
  private static RunFiles.Listed checkpoint(RunHistory run, long step) throws IOException {
    RunDirectory directory = run.directory();
    return Stream.concat(
            RunFiles.list(directory.checkpoints(), ".ckpt").stream(),
            RunFiles.list(directory.checkpoints().resolve("best"), ".ckpt").stream())
        .filter(file -> file.step() == step)
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(
                    HttpStatus.NOT_FOUND,
                    "The run has no checkpoint of step %d (any more).".formatted(step)));
  }

  private static String path(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  private static String address(RunHistory run, String folder, String file) {
    return "/api/v1/runs/%s/%s/%s".formatted(encoded(run.id()), folder, encoded(file));
  }

  /**
   * A file to be kept under its name (RFC 6266): in letters that every client reads, and with all
   * its letters (RFC 8187).
   */
  static String attachment(String name) {
    return "attachment; filename=\"%s\"; filename*=UTF-8''%s"
        .formatted(name.replaceAll("[^ -~]|[\"\\\\%]", "_"), encoded(name).replace("*", "%2A"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
