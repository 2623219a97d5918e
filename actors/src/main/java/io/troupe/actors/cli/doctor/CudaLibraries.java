package io.troupe.actors.cli.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether the libraries of CUDA that a build links are where the system's loader looks. */
final class CudaLibraries {
  private static final String TOPIC = "libraries";
  private static final Pattern CACHED = Pattern.compile("(?m)=> (\\S+)$");

  private static final List<Library> CUDA_13 =
      List.of(
          new Library("libcudart.so.13", "nvidia-cuda-runtime"),
          new Library("libcublas.so.13", "nvidia-cublas"),
          new Library("libcublasLt.so.13", "nvidia-cublas"),
          new Library("libcufft.so.12", "nvidia-cufft"),
          new Library("libcurand.so.10", "nvidia-curand"),
          new Library("libcusolver.so.12", "nvidia-cusolver"),
          new Library("libcusparse.so.12", "nvidia-cusparse"),
          new Library("libnvJitLink.so.13", "nvidia-nvjitlink"),
          new Library("libcufile.so.0", "nvidia-cufile"),
          new Library("libcupti.so.13", "nvidia-cuda-cupti"),
          new Library("libnccl.so.2", "nvidia-nccl-cu13"));

  private static final List<Library> CUDNN =
      List.of(new Library("libcudnn.so.9", "nvidia-cudnn-cu13"));

  private static final List<Library> CUDA_11 =
      List.of(
          new Library("libcudart.so.11.0", "nvidia-cuda-runtime-cu11"),
          new Library("libcublas.so.11", "nvidia-cublas-cu11"),
          new Library("libcusolver.so.11", "nvidia-cusolver-cu11"));

  private CudaLibraries() {}

  /** A library's file, and the package of the Python index that holds it. */
  private record Library(String file, String wheel) {}

  /** Nothing for a build of the CPU. */
  static List<Finding> examine(Machine machine, Build build) throws InterruptedException {
    if (!build.needsGpu()) {
      return List.of();
    }
    List<Path> cached = cached(machine);
    return build == Build.ND4J_CUDA
        ? List.of(examine(machine, cached, "CUDA 11.6", CUDA_11))
        : List.of(
            examine(machine, cached, "CUDA 13", CUDA_13),
            examine(machine, cached, "cuDNN 9", CUDNN));
  }

  private static Finding examine(
      Machine machine, List<Path> cached, String name, List<Library> libraries) {
    List<Path> folders = new ArrayList<>(machine.paths("LD_LIBRARY_PATH"));
    for (String folder : List.of("usr/local/cuda/lib64", "usr/local/cuda/lib")) {
      folders.add(machine.root().resolve(folder));
    }
    TreeSet<String> found = new TreeSet<>();
    List<Library> missing = new ArrayList<>();
    for (Library library : libraries) {
      Optional<Path> file =
          Stream.concat(
                  folders.stream()
                      .map(folder -> folder.resolve(library.file()))
                      .filter(Files::exists),
                  cached.stream().filter(path -> path.endsWith(library.file())))
              .findFirst();
      file.ifPresentOrElse(
          path -> found.add(path.toAbsolutePath().getParent().toString()),
          () -> missing.add(library));
    }
    if (missing.isEmpty()) {
      return Finding.ok(
          TOPIC,
          name,
          "%s found in %s"
              .formatted(
                  libraries.size() == 1 ? "" : "all " + libraries.size(), String.join(", ", found))
              .strip());
    }
    return Finding.problem(
        TOPIC,
        name,
        missing(missing, libraries),
        "python3 -m pip install %s; the launcher finds them, and a CUDA installation whose folder is in LD_LIBRARY_PATH"
            .formatted(
                missing.stream().map(Library::wheel).distinct().collect(Collectors.joining(" "))));
  }

  private static String missing(List<Library> missing, List<Library> libraries) {
    String files = missing.stream().map(Library::file).collect(Collectors.joining(", "));
    return libraries.size() == 1
        ? files + " is missing"
        : "%d of %d are missing: %s".formatted(missing.size(), libraries.size(), files);
  }

  /** What the system's loader has in its cache. */
  private static List<Path> cached(Machine machine) throws InterruptedException {
    return machine
        .output("ldconfig", "-p")
        .map(
            output ->
                CACHED
                    .matcher(output.text())
                    .results()
                    .map(match -> Path.of(match.group(1)))
                    .toList())
        .orElse(List.of());
  }
}
