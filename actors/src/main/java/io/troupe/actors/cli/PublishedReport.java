package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.actors.checkpoint.PublishedImport;
import io.troupe.actors.cli.PublishedFile.Found;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import io.troupe.models.published.MisfitException;
import io.troupe.models.published.Recognised;
import io.troupe.models.published.RecognisedNetworks;
import io.troupe.models.weights.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Says what is in a file of weights of another program, and whether it can be imported. */
final class PublishedReport {
  private static final String ROW = "%-12s%s%n";

  private final PublishedFile file;

  PublishedReport(PublishedFile file) {
    this.file = file;
  }

  /** Why a network of the file cannot be imported; empty if it can. */
  private Optional<String> obstacle(Found found) throws IOException {
    if (file.refusal().isPresent()) {
      return file.refusal();
    }
    if (found.recognised().isEmpty()) {
      return Optional.of("it is no network of a program that is known");
    }
    Recognised recognised = found.recognised().get();
    try {
      RecognisedNetworks networks = RecognisedNetworks.of(List.of(recognised));
      List<String> changes = new ArrayList<>();
      networks.program().dataset().ifPresent(kind -> changes.add("dataset.kind=" + kind));
      networks.settings().forEach((key, value) -> changes.add(key + "=" + value));
      RunSettings settings = SettingsLoader.load(networks.program().preset(), List.of(), changes);
      PublishedImport tried =
          new PublishedImport(
              settings, networks.spec(), found.source(), found.source(), Optional.empty());
      List<String> problems = tried.problems(found.source(), recognised.part());
      return problems.isEmpty() ? Optional.empty() : Optional.of(ImportProblems.text(problems));
    } catch (MisfitException e) {
      return Optional.of(ImportProblems.text(e.problems()));
    } catch (SettingsException e) {
      return Optional.of(ImportProblems.text(e.problems()));
    }
  }

  private static String what(Found found) {
    return found.recognised().map(Recognised::text).orElse("not known");
  }

  /** Whether the file alone is enough for the command import. */
  private Optional<String> verdict() throws IOException {
    if (file.refusal().isPresent()) {
      return file.refusal();
    }
    Optional<Found> average = file.average();
    return average.isPresent()
        ? obstacle(average.get())
        : Optional.of("it holds a discriminator only; give it as --discriminator with a generator");
  }

  ObjectNode json() throws IOException {
    ObjectNode answer = new ObjectMapper().createObjectNode();
    answer
        .put("file", file.path().toString())
        .put("bytes", Files.size(file.path()))
        .put("format", file.weights().format());
    ArrayNode foreign = answer.putArray("foreign_calls");
    file.weights().foreignCalls().forEach(foreign::add);
    Optional<String> verdict = verdict();
    answer.put("importable", verdict.isEmpty());
    verdict.ifPresent(reason -> answer.put("reason", reason));
    ArrayNode list = answer.putArray("networks");
    for (Found found : file.networks()) {
      ObjectNode item =
          list.addObject()
              .put("name", found.source().name())
              .put("type", found.source().group().type())
              .put("numbers", found.source().group().length());
      found
          .recognised()
          .ifPresent(
              recognised -> {
                item.put("program", recognised.program().program())
                    .put("network", recognised.part().name().toLowerCase(Locale.ROOT))
                    .put("size", recognised.size())
                    .put("channels", recognised.channels());
                recognised.classes().ifPresent(classes -> item.put("classes", classes));
                ObjectNode settings = item.putObject("settings");
                recognised.settings().forEach(settings::put);
              });
      obstacle(found).ifPresent(reason -> item.put("problem", reason));
      ArrayNode tensors = item.putArray("tensors");
      found
          .source()
          .group()
          .tensors()
          .forEach(
              (name, tensor) -> {
                ObjectNode node = tensors.addObject().put("name", name);
                ArrayNode shape = node.putArray("shape");
                tensor.shape().forEach(shape::add);
                node.put("type", tensor.type().name().toLowerCase(Locale.ROOT));
              });
    }
    return answer;
  }

  String text() throws IOException {
    StringBuilder text = new StringBuilder();
    row(text, "file", file.path());
    row(text, "size", String.format(Locale.ROOT, "%,d bytes", Files.size(file.path())));
    row(text, "format", file.weights().format());
    file.weights().foreignCalls().forEach(call -> row(text, "not called", call));
    row(text, "import", verdict().map(reason -> "no: " + reason).orElse("yes"));
    for (Found found : file.networks()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s: %s; %d tensors, %,d numbers%n",
              found.source().name().isEmpty() ? "network" : found.source().name(),
              what(found),
              found.source().group().tensors().size(),
              found.source().group().length()));
      Optional<String> obstacle = obstacle(found);
      obstacle.ifPresent(reason -> text.append("  cannot be imported: %s%n".formatted(reason)));
      for (Map.Entry<String, StoredTensor> tensor : found.source().group().tensors().entrySet()) {
        StoredTensor stored = tensor.getValue();
        text.append(
            "  %-40s %s %s%n"
                .formatted(
                    tensor.getKey(),
                    stored.shape(),
                    stored.type().name().toLowerCase(Locale.ROOT)));
      }
    }
    return text.toString().stripTrailing();
  }

  private static void row(StringBuilder text, String name, Object value) {
    text.append(ROW.formatted(name, value));
  }
}
