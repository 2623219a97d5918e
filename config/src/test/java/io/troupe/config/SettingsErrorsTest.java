package io.troupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person reads whose settings cannot be used. */
final class SettingsErrorsTest {
  private static final String PRESETS =
      "demo, biggan-cifar100, biggan-cifar100-small, biggan-cifar100-fast, biggan-cr-cifar100-small, biggan-bcr-cifar100-small, biggan-lecam-cifar100-small, biggan-amp-cifar100, biggan-attention-cifar100,"
          + " stylegan2-cifar100, stylegan2-ada-cifar100, r3gan-cifar100, r3gan-cifar100-small, dcgan-celeba, biggan-64, stylegan2-64, stylegan2-128,"
          + " dcgan-conditional";

  private static final String WHOLE = "a whole number from ";
  private static final String KINDS = "shapes, cifar10, cifar100, image-folder or npz";

  @TempDir Path folder;

  @Test
  void presetThatIsNotKnown() {
    assertThat(problems("bigan-cifar100", List.of()))
        .containsExactly(
            "preset bigan-cifar100: unknown; did you mean biggan-cifar100? allowed: " + PRESETS);
    assertThat(problems("../defaults", List.of()))
        .containsExactly("preset ../defaults: unknown; allowed: " + PRESETS);
  }

  @Test
  void keysThatAreNotKnown() throws IOException {
    assertThat(
            problemsOf(
                "training {",
                "  bach = 32",
                "  generator.lr = 1",
                "  learning-rate = 1",
                "  batch-size = 1",
                "}",
                "trainng.steps = 3",
                "network { latentSize = 3 }",
                "momentum { a = 1, b = 2 }",
                "preset = demo"))
        .containsExactly(
            "my.conf:2: unknown key training.bach; did you mean training.batch?",
            "my.conf:3: unknown key training.generator.lr; allowed in training.generator: beta1,"
                + " beta2, epsilon, learning-rate",
            "my.conf:4: unknown key training.learning-rate; did you mean"
                + " training.discriminator.learning-rate or training.generator.learning-rate?",
            "my.conf:5: unknown key training.batch-size; did you mean training.batch?",
            "my.conf:7: unknown key trainng.steps; did you mean training.steps?",
            "my.conf:8: unknown key network.latentSize; did you mean network.latent-size?",
            "my.conf:9: unknown key momentum; allowed at the top: augmentation, checkpoints,"
                + " compute, control, dataset, ema, evaluation, init-from, journal, network, prefetch,"
                + " sampling, seed, supervision, tensorboard, training",
            "my.conf:10: unknown key preset; a preset is chosen on the command line, only the"
                + " config.conf of a run names it");
  }

  @Test
  void valuesOfTheWrongType() throws IOException {
    assertThat(
            problemsOf(
                "training.batch = \"64\"",
                "training.steps = many",
                "seed = true",
                "network.latent-size = [1]",
                "ema.decay = null",
                "augmentation.horizontal-flip = 1",
                "dataset.path = 2024",
                "dataset.images { a = 1 }",
                "training.generator = 5",
                "ema = null"))
        .containsExactly(
            "my.conf:1: training.batch is \"64\" (a text; numbers have no quotes); allowed: auto, or "
                + WHOLE
                + "1 to 65536",
            "my.conf:2: training.steps is \"many\"; allowed: " + WHOLE + "1 to 1000000000",
            "my.conf:3: seed is true; allowed: "
                + WHOLE
                + "-9223372036854775808 to 9223372036854775807",
            "my.conf:4: network.latent-size is a list; allowed: " + WHOLE + "1 to 4096",
            "my.conf:6: augmentation.horizontal-flip is 1; allowed: true or false",
            "my.conf:7: dataset.path is 2024; allowed: a path in double quotes, or \"\"",
            "my.conf:8: dataset.images is one value, found a section { }",
            "my.conf:9: training.generator is a section, found one value; allowed in it: beta1,"
                + " beta2, epsilon, learning-rate",
            "my.conf:10: ema is a section, found one value; allowed in it: burn-in, decay, half-life, ramp,"
                + " ramp-pictures, start-step, states");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.batch=0 | 0 | auto, or a whole number from 1 to 65536",
        "training.batch=3.5 | 3.5 | auto, or a whole number from 1 to 65536",
        "training.batch=1e400 | 1e400 | auto, or a whole number from 1 to 65536",
        "training.batch=1e999999999999 | 1e999999999999 | auto, or a whole number from 1 to 65536",
        "training.batch=4294967297 | 4294967297 | auto, or a whole number from 1 to 65536",
        "training.batch=99999999999999999999 | \"99999999999999999999\" | auto, or a whole number from 1 to"
            + " 65536",
        "training.batch=x | \"x\" | auto, or a whole number from 1 to 65536",
        "training.batch=null | null | auto, or a whole number from 1 to 65536",
        "training.steps=-1 | -1 | a whole number from 1 to 1000000000",
        "training.discriminator-steps=101 | 101 | a whole number from 1 to 100",
        "training.generator.beta1=1 | 1 | a number from 0 to below 1",
        "training.generator.learning-rate=0 | 0 | a number above 0 and at most 1",
        "training.generator.learning-rate=1e-400 | 1e-400 | a number above 0 and at most 1",
        "training.discriminator.beta2=1.0 | 1.0 | a number from 0 to below 1",
        "augmentation.hue=.51 | \".51\" | a number from 0 to 0.5",
        "augmentation.hue=0.51 | 0.51 | a number from 0 to 0.5",
        "augmentation.brightness=1e400 | 1e400 | a number from 0 to 1",
        "ema.decay=NaN | \"NaN\" | a number from 0 to below 1",
        "dataset.kind=cifar | \"cifar\" | " + KINDS + " (did you mean cifar10 or cifar100?)",
        "dataset.kind=SHAPES | \"SHAPES\" | " + KINDS + " (did you mean shapes?)",
        "dataset.kind=imagefolder | \"imagefolder\" | " + KINDS + " (did you mean image-folder?)",
        "dataset.size=0 | 0 | a whole number from 1 to 1024",
        "dataset.cache-mb=-1 | -1 | a whole number from 0 to 1048576",
        "sampling.batch-norm=none | \"none\" | batch or running",
        "augmentation.horizontal-flip=yes | \"yes\" | true or false",
        "checkpoints.keep=0 | 0 | a whole number from 1 to 10000",
        "control.port=65536 | 65536 | a whole number from -1 to 65535",
        "control.host= | \"\" | a host name or IP address in double quotes",
      })
  void valuesThatAreImpossible(String override, String found, String allowed) {
    String key = override.substring(0, override.indexOf('='));

    assertThat(problems("demo", List.of(), override))
        .containsExactly(
            "--set " + override + ": " + key + " is " + found + "; allowed: " + allowed);
  }

  @Test
  void overridesThatAreNotOne() {
    assertThat(
            problems(
                "demo",
                List.of(),
                "training.batch",
                "training.batch=",
                "=3",
                "a..b=3",
                "seed=1\nema.decay=0.5",
                "training.batch.x=3",
                "training=3",
                "foo.bar=3"))
        .containsExactly(
            "--set training.batch: no \"=\" found; allowed: KEY=VALUE",
            "--set training.batch=: no value found after \"=\"; allowed: KEY=VALUE",
            "--set =3: \"\" is not a key; allowed: KEY=VALUE",
            "--set a..b=3: \"a..b\" is not a key; allowed: KEY=VALUE",
            "--set seed=1 ema.decay=0.5: several values found; allowed: KEY=VALUE",
            "--set training.batch.x=3: training.batch is one value, found a section { }",
            "--set training=3: training is a section, found one value; allowed in it: ada,"
                + " batch, burn-in, clip-norm, consistency, diff-augment, discriminator, discriminator-steps,"
                + " first, freeze-d, generator, gradient-penalty, lecam, loss, micro-batch, path-length,"
                + " regularisation, same-fakes, steps, style-mixing, top-k",
            "--set foo.bar=3: unknown key foo.bar; allowed at the top: augmentation, checkpoints,"
                + " compute, control, dataset, ema, evaluation, init-from, journal, network, prefetch,"
                + " sampling, seed, supervision, tensorboard, training");
    assertThat(problems("demo", List.of(), "training.batch=[1"))
        .singleElement()
        .asString()
        .startsWith("--set training.batch=[1: not valid HOCON: ");
  }

  @Test
  void filesThatCannotBeRead() throws IOException {
    Path missing = folder.resolve("missing.conf");
    Path broken = Files.writeString(folder.resolve("broken.conf"), "seed = 1\n\ntraining { : }\n");
    Path open = Files.writeString(folder.resolve("open.conf"), "seed = ${nowhere}\n");

    List<String> problems = problems("demo", List.of(missing, folder, broken, open), "seed=x");

    assertThat(problems).hasSize(5);
    assertThat(problems.get(0))
        .isEqualTo(missing + ": no such file (looked for " + missing.toAbsolutePath() + ")");
    assertThat(problems.get(1))
        .isEqualTo(folder + ": not a file that can be read; allowed: a HOCON file");
    assertThat(problems.get(2)).startsWith(broken + ":3: not valid HOCON: ").contains("':'");
    assertThat(problems.get(3)).startsWith(open + ":1: ").contains("${nowhere}");
    assertThat(problems.get(4)).startsWith("--set seed=x: seed is \"x\"");
  }

  @Test
  void includedFileIsNamed() throws IOException {
    Files.writeString(folder.resolve("inner.conf"), "\ntraining.batch = 0\n");

    assertThat(problemsOf("include \"inner.conf\""))
        .singleElement()
        .asString()
        .endsWith(
            "inner.conf:2: training.batch is 0; allowed: auto, or a whole number from 1 to 65536");
  }

  @Test
  void datasetsThatNeedAPath() throws IOException {
    assertThat(problems("demo", List.of(), "dataset.kind=npz"))
        .containsExactly(
            "--set dataset.kind=npz: dataset.kind is npz and dataset.path is empty; give the file"
                + " with --data PATH");
    assertThat(problemsOf("dataset.kind = image-folder"))
        .containsExactly(
            "my.conf:1: dataset.kind is image-folder and dataset.path is empty; give the folder"
                + " with --data PATH");
  }

  @Test
  void stepsOfTooManyPictures() {
    assertThat(
            problems("demo", List.of(), "training.batch=20000", "training.discriminator-steps=60"))
        .containsExactly(
            "--set training.batch=20000: training.batch x training.discriminator-steps is"
                + " 20000 x 60 = 1200000 pictures a step; allowed: at most 1048576");
    assertThat(problems("demo", List.of(), "training.batch=32", "dataset.images=63"))
        .containsExactly(
            "--set dataset.images=63: dataset.images is 63, but training.batch x"
                + " training.discriminator-steps is 32 x 2 = 64 pictures a step; allowed: at"
                + " least 64");
  }

  @Test
  void controlServerThatAnybodyMayReach() {
    for (String host : List.of("0.0.0.0", "::", "example.org", "127.0.0.1.example.org")) {
      assertThat(problems("demo", List.of(), "control.host=" + host))
          .containsExactly(
              "--set control.host=%s: control.host is \"%s\", which other machines may reach, and"
                      .formatted(host, host)
                  + " control.token is empty; set control.token-file or the environment variable"
                  + " TROUPE_CONTROL_TOKEN, or use 127.0.0.1");
    }
    assertThat(
            SettingsLoader.load(
                    "demo", List.of(), List.of("control.host=0.0.0.0", "control.token-file=token"))
                .control()
                .tokenFile())
        .contains(Path.of("token"));
  }

  @Test
  void halfOfTheFilesForEncryption() {
    assertThat(problems("demo", List.of(), "control.tls.certificate=a.pem"))
        .containsExactly(
            "--set control.tls.certificate=...: control.tls.certificate is set and"
                + " control.tls.key is empty; give both, or neither for plain HTTP");
    assertThat(problems("demo", List.of(), "control.tls.key=a.pem"))
        .singleElement()
        .asString()
        .contains("control.tls.key is set and control.tls.certificate is empty");
  }

  @Test
  void tokensNeverShow() {
    assertThat(
            problems(
                "demo",
                List.of(),
                "control.tokn=secret",
                "contrl.token=secret",
                "control.token=se cret"))
        .containsExactly(
            "--set control.tokn=...: unknown key control.tokn; did you mean control.token?",
            "--set contrl.token=...: unknown key contrl.token; did you mean control.token?",
            "--set control.token=...: control.token is not usable (its value is not shown);"
                + " allowed: visible ASCII characters without spaces, in double quotes, or \"\"");
  }

  @Test
  void rulesLeaveKeysAloneThatHaveAProblemAlready() {
    assertThat(problems("demo", List.of(), "dataset.kind=cifar", "training.batch=0"))
        .noneMatch(problem -> problem.contains("--data") || problem.contains("a step"))
        .hasSize(2);
  }

  @Test
  void messageIsOneLineAProblem() {
    SettingsException e = failure("demo", List.of(), "training.batch=0", "training.steps=0");

    assertThat(e).hasMessage(String.join("\n", e.problems()));
    assertThat(e.getMessage().lines()).hasSize(2);
  }

  @Test
  void runWithoutItsPreset() throws IOException {
    Path file = Files.writeString(folder.resolve("config.conf"), "seed = 3\n");

    SettingsException e =
        catchThrowableOfType(
            SettingsException.class, () -> SettingsLoader.loadRun(file, List.of(), List.of()));

    assertThat(e.problems())
        .containsExactly(
            file
                + ": preset is missing or not a text; a run's config.conf names the preset that"
                + " the run started from");
  }

  private List<String> problemsOf(String... lines) throws IOException {
    Path file = Files.write(folder.resolve("my.conf"), Arrays.asList(lines));
    return problems("demo", List.of(file)).stream()
        .map(problem -> problem.replace(file.toString(), "my.conf"))
        .toList();
  }

  private static List<String> problems(String preset, List<Path> files, String... overrides) {
    return failure(preset, files, overrides).problems();
  }

  private static SettingsException failure(String preset, List<Path> files, String... overrides) {
    return catchThrowableOfType(
        SettingsException.class, () -> SettingsLoader.load(preset, files, List.of(overrides)));
  }

  /** A run that waits for its dataset is no run that hangs. */
  @Test
  void theProcessMustNotEndWhileItWaitsForItsDataset() {
    assertThat(
            problems(
                "demo",
                List.of(),
                "supervision.stalled-exit=true",
                "supervision.stalled-minutes=10"))
        .singleElement()
        .asString()
        .contains("supervision.stalled-minutes is 10", "dataset.patience = 600 seconds");
    assertThat(
            SettingsLoader.load(
                    "demo",
                    List.of(),
                    List.of("supervision.stalled-exit=true", "supervision.stalled-minutes=11"))
                .supervision()
                .stalledExit())
        .isTrue();
  }

  @Test
  void theBestScoreMustBeComputed() {
    assertThat(problems("demo", List.of(), "supervision.collapse.action=rollback"))
        .containsExactly(
            "--set supervision.collapse.action=rollback: supervision.collapse.action is rollback and"
                + " checkpoints.best is none, so that there is no best checkpoint to go back to; set"
                + " checkpoints.best to a score");
    assertThat(problems("demo", List.of(), "checkpoints.best=recall"))
        .containsExactly(
            "--set checkpoints.best=recall: checkpoints.best is recall, and evaluation.metrics is"
                + " \"fid\", without prdc; add it there");
    assertThat(
            SettingsLoader.load(
                    "demo",
                    List.of(),
                    List.of("checkpoints.best=recall", "evaluation.metrics=\"fid,prdc\""))
                .checkpoints()
                .best())
        .isEqualTo("recall");
  }

  @Test
  void topKHasToLeaveImagesOut() {
    assertThat(problems("demo", List.of(), "training.top-k.share=0.99", "training.batch=32"))
        .containsExactly(
            "--set training.top-k.share=0.99: training.top-k.share is 0.99, which leaves the generator all"
                + " 32 images that are computed at once; make it smaller, or training.batch or"
                + " training.micro-batch larger");
    assertThat(
            problems(
                "demo",
                List.of(),
                "training.top-k.share=0.5",
                "training.batch=32",
                "training.micro-batch=1"))
        .hasSize(1);
    assertThat(
            SettingsLoader.load(
                    "demo", List.of(), List.of("training.top-k.share=0.5", "training.batch=32"))
                .training()
                .topK()
                .share())
        .isEqualTo(0.5);
  }
}
