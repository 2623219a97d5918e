package io.troupe.actors;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.troupe.actors.control.ApiClient;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.memory.HostArray;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.NumberFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The rules of docs/architecture.md that the compiler does not check. */
class ArchitectureTest {
  private static final List<String> MODULES =
      List.of("config", "data", "models", "metrics", "actors");

  /** With those whose classes others do not see, and which are not there in every build. */
  private static final List<String> ALL_MODULES =
      Stream.concat(MODULES.stream(), Stream.of("bench", "torch")).toList();

  private static final String REACHES =
      "data|get(Float|Double|Int|Long|Number)|putScalar|to\\w+(Vector|Matrix)";

  private static JavaClasses all;

  @BeforeAll
  static void importClasses() {
    all =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.troupe");
    for (String module : MODULES) {
      assertThat(all.stream().filter(c -> c.getPackageName().startsWith("io.troupe." + module)))
          .as("classes of " + module)
          .hasSizeGreaterThan(5);
    }
  }

  @Test
  void modulesDependOnEachOtherInOneDirection() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("config")
        .definedBy("io.troupe.config..")
        .layer("data")
        .definedBy("io.troupe.data..")
        .layer("models")
        .definedBy("io.troupe.models..")
        .layer("metrics")
        .definedBy("io.troupe.metrics..")
        .layer("actors")
        .definedBy("io.troupe.actors..")
        .whereLayer("config")
        .mayNotAccessAnyLayer()
        .whereLayer("data")
        .mayOnlyAccessLayers("config")
        .whereLayer("models")
        .mayOnlyAccessLayers("config")
        .whereLayer("metrics")
        .mayOnlyAccessLayers("config", "data", "models")
        .whereLayer("actors")
        .mayNotBeAccessedByAnyLayer()
        .check(all);
  }

  @Test
  void packagesOfAModuleDoNotDependOnEachOtherInCircles() {
    for (String module : MODULES) {
      slices().matching("io.troupe." + module + ".(**)").should().beFreeOfCycles().check(all);
    }
  }

  /** Others speak to a run by what is said there, and know none of those who hear it. */
  @Test
  void theRunsProtocolKnowsNoActor() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.troupe.actors.run", "io.troupe.actors.memory", "io.troupe.actors.monitoring")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.troupe.actors..")
                .and(not(resideInAnyPackage("io.troupe.actors.run", "io.troupe.actors.memory")))
                .and(not(resideInAPackage("io.troupe.actors.monitoring"))))
        .check(all);
  }

  @Test
  void akkaStaysAmongTheActors() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.troupe.actors..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("akka..")
        .check(all);
  }

  /** So that it is not on the class path of other commands, and another one may take its place. */
  @Test
  void theClusterStaysInTheFleet() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.troupe.actors.fleet")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("akka.cluster..", "akka.remote..", "akka.serialization..")
        .check(all);
  }

  @Test
  void arraysOfNd4jStayWhereNumbersAreComputed() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.troupe.models..", "io.troupe.metrics..", "io.troupe.torch..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.nd4j..")
        .check(all);
  }

  @Test
  void elementsOfArraysAreReachedInOnePlace() {
    Pattern reaches = Pattern.compile(REACHES);
    DescribedPredicate<JavaMethodCall> reachesElements =
        DescribedPredicate.describe(
            "reaches elements of an array",
            call ->
                call.getTargetOwner().isAssignableTo(INDArray.class)
                    && reaches.matcher(call.getName()).matches());
    noClasses()
        .that()
        .doNotBelongToAnyOf(HostArray.class)
        .should()
        .callMethodWhere(reachesElements)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(DataBuffer.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(AffinityManager.class)
        .check(all);
  }

  /** By their sources, of which ATen's tensors have other names. */
  @Test
  void elementsOfArraysAreReachedInOnePlaceByOtherModulesToo() throws IOException {
    Pattern reaches = Pattern.compile("\\.(" + REACHES + ")\\(|DataBuffer|AffinityManager");
    assertThat(reaches.matcher("array.getDouble(0)").find()).isTrue();
    assertThat(matches(List.of("bench", "torch"), reaches)).isEmpty();
  }

  @Test
  void onlyTheCommandLineSleepsOrPrints() {
    noClasses()
        .that()
        // With the profile torch its check, which is a program of its own, is on the class path
        // too.
        .resideOutsideOfPackages("io.troupe.actors.cli..", "io.troupe.torch..")
        // The command line's side of the interface: it waits in the command line's own thread.
        .and()
        .doNotBelongToAnyOf(ApiClient.class)
        .and()
        // Decodes before a run begins, and waits for pictures that are away in threads of its own.
        .doNotHaveFullyQualifiedName("io.troupe.data.Decoding")
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(all);
  }

  @Test
  void protocolsAreSealedInterfacesOfRecordsAndEnums() {
    List<Class<?>> protocols =
        ofActors()
            .filter(c -> c.getSimpleName().matches("(Run)?(Command|Event|Answer)"))
            .<Class<?>>map(JavaClass::reflect)
            .filter(Class::isInterface)
            .toList();
    assertThat(protocols).hasSizeGreaterThan(15).contains(RunCommand.class, RunAnswer.class);
    for (Class<?> protocol : protocols) {
      List<Class<?>> messages =
          all.stream()
              .filter(c -> c.isAssignableTo(protocol) && !c.isEquivalentTo(protocol))
              .<Class<?>>map(JavaClass::reflect)
              .toList();
      if (!messages.isEmpty()) {
        assertThat(protocol.isSealed()).as(protocol.getName()).isTrue();
      }
      assertThat(messages)
          .allSatisfy(
              message ->
                  assertThat(message.isRecord() || message.isEnum() || message.isSealed())
                      .as(message.getName())
                      .isTrue());
    }
  }

  @Test
  void noMessageHoldsABigArray() {
    List<Class<?>> records =
        ofActors().filter(JavaClass::isRecord).<Class<?>>map(JavaClass::reflect).toList();
    assertThat(records).hasSizeGreaterThan(150);
    for (Class<?> message : records) {
      for (RecordComponent field : message.getRecordComponents()) {
        assertThat(field.getType().isArray() || field.getType() == FloatVector.class)
            .as("%s.%s: lend a %s", message.getName(), field.getName(), Lease.class.getSimpleName())
            .isFalse();
      }
    }
  }

  private static Stream<JavaClass> ofActors() {
    return all.stream().filter(c -> c.getPackageName().startsWith("io.troupe.actors"));
  }

  /** Programs read file names, addresses and tables, whatever the machine's locale is. */
  @Test
  void textsForProgramsDoNotDependOnTheLocale() throws IOException {
    noClasses()
        .should()
        .callMethod(String.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(String.class, "toLowerCase")
        .orShould()
        .callMethod(String.class, "toUpperCase")
        .orShould()
        .callMethod(NumberFormat.class, "getInstance")
        .orShould()
        .callConstructor(DecimalFormat.class, String.class)
        .check(all);
    // Padded numbers are parts of names, and ports of addresses.
    Pattern named = Pattern.compile("\"[^\"]*(%0\\d+d|://[^\"]*%d)[^\"]*\"\\s*\\.formatted\\(");
    assertThat(matches(ALL_MODULES, named)).isEmpty();
  }

  /** What of the sources of modules matches a pattern, with the file's name. */
  private static Set<String> matches(List<String> modules, Pattern pattern) throws IOException {
    Set<String> found = new TreeSet<>();
    for (String module : modules) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          pattern
              .matcher(Files.readString(file))
              .results()
              .forEach(match -> found.add(file.getFileName() + ": " + match.group()));
        }
      }
    }
    return found;
  }

  @Test
  void everyPackageIsDescribed() throws IOException {
    Set<Path> undescribed = new TreeSet<>();
    for (String module : ALL_MODULES) {
      Path sources = Path.of("..", module, "src", "main", "java");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .map(Path::getParent)
            .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
            .forEach(undescribed::add);
      }
    }
    assertThat(undescribed).isEmpty();
  }
}
