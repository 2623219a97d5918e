package io.troupe.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.DatasetSettings.ClassOrder;
import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCacheTest {
  private static final int SIDE = 5;
  private static final int IMAGE_BYTES = 3 * SIDE * SIDE;

  @TempDir Path folder;

  private final List<String> notes = new CopyOnWriteArrayList<>();
  private Path pictures;
  private Path cache;

  @BeforeEach
  void makeFiles() throws IOException {
    pictures = folder.resolve("my pictures");
    cache = folder.resolve("cache");
    Files.createDirectories(pictures.resolve("a"));
    Files.createDirectories(pictures.resolve("ü"));
    for (int i = 0; i < 7; i++) {
      image((i < 3 ? "a/" : "ü/") + i + ".png", 10 + i);
    }
  }

  @Test
  void imagesAreThoseOfTheirFilesAndAreDecodedOnce() throws IOException {
    Dataset first = open();
    assertThat(grays(first)).containsExactly(10, 11, 12, 13, 14, 15, 16);
    assertThat(first.classNames()).containsExactly("a", "ü");
    assertThat(IntStream.range(0, 7).map(first::label)).containsExactly(0, 0, 0, 1, 1, 1, 1);
    Path file = onlyFile();
    assertThat(file.getFileName().toString()).startsWith("my_pictures-5-");

    // Other content of the same length and time is not looked at any more.
    keepingTime("a/0.png", 77);
    Dataset second = open();
    assertThat(second).isInstanceOf(CachedImages.class);
    assertThat(grays(second)).containsExactly(10, 11, 12, 13, 14, 15, 16);
    assertThat(second.classNames()).containsExactly("a", "ü");
    assertThat(notes).isEmpty();
    assertThatThrownBy(() -> second.read(7, new byte[IMAGE_BYTES]))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> second.read(0, new byte[IMAGE_BYTES - 1]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void anotherFileOrAnotherReadingIsAnotherCache() throws IOException {
    open();
    image("ü/7.png", 50);
    assertThat(grays(open())).endsWith(16, 50);
    Files.setLastModifiedTime(pictures.resolve("a/0.png"), FileTime.fromMillis(1000));
    open();
    open(new ImageFiles.Reading(new Squares(4, Fit.CROP, Filter.AREA), 0, false, Duration.ZERO));
    open(new ImageFiles.Reading(new Squares(4, Fit.CROP, Filter.AREA), 0, true, Duration.ZERO));
    assertThat(files()).hasSize(5);
  }

  @Test
  void aDamagedImageIsDecodedAnewAndPutRight() throws IOException {
    open();
    flip(onlyFile(), Files.size(onlyFile()) - 2 * IMAGE_BYTES + 3);
    Dataset damaged = open();
    assertThat(grays(damaged)).containsExactly(10, 11, 12, 13, 14, 15, 16);
    assertThat(notes)
        .singleElement()
        .asString()
        .contains("picture 5 (from 0) is damaged in this cache; it was decoded anew and put right");
    notes.clear();
    assertThat(grays(open())).containsExactly(10, 11, 12, 13, 14, 15, 16);
    assertThat(notes).isEmpty();
  }

  /** Whatever byte of the first page is wrong, and wherever the file ends. */
  @Test
  void aDamagedFileIsMadeAnew() throws IOException {
    open();
    Path file = onlyFile();
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(3);
    int used = 64 + 8 * 7 + "a\0ü\0\0".getBytes(UTF_8).length;
    for (int round = 0; round < 40; round++) {
      byte[] damaged = good.clone();
      if (round % 4 == 0) {
        damaged = Arrays.copyOf(good, random.nextInt(good.length));
      } else {
        // The header's last half is not used, but counts.
        damaged[random.nextInt(used)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file, damaged);
      notes.clear();
      assertThat(grays(open())).containsExactly(10, 11, 12, 13, 14, 15, 16);
      assertThat(notes).singleElement().asString().contains(file.toString(), "made anew");
      assertThat(Files.readAllBytes(file)).isEqualTo(good);
    }
  }

  @Test
  void greyImagesTakeAThirdOfTheRoomAndHaveAFileOfTheirOwn() throws IOException {
    open();
    Path colour = onlyFile();
    Supplier<Dataset> grey =
        () -> new ImageCache(cache, notes::add).open(list(), this::list, reading(), 1);
    assertThat(grays(grey.get())).containsExactly(10, 11, 12, 13, 14, 15, 16);
    assertThat(files()).hasSize(2).contains(colour);
    Path file = files().stream().filter(one -> !one.equals(colour)).findFirst().orElseThrow();
    assertThat(Files.size(colour) - Files.size(file)).isEqualTo(7 * IMAGE_BYTES * 2 / 3);

    flip(file, Files.size(file) - 3);
    Dataset damaged = grey.get();
    assertThat(damaged).isInstanceOf(CachedImages.class);
    assertThat(damaged.channels()).isEqualTo(1);
    assertThat(grays(damaged)).containsExactly(10, 11, 12, 13, 14, 15, 16);
    assertThat(notes).singleElement().asString().contains("decoded anew and put right");
    assertThat(open().channels()).isEqualTo(3);
  }

  /** Headers of colour are as they were before there was grey. */
  @Test
  void theHeaderOfColourSaysNothingOfGrey() throws IOException {
    open();
    assertThat(Arrays.copyOfRange(Files.readAllBytes(onlyFile()), 32, 64)).containsOnly(0);
  }

  @Test
  void whatStandsInStandsInTheNextTimeToo() throws IOException {
    Files.writeString(pictures.resolve("a/1.png"), "no picture");
    assertThat(grays(open())).startsWith(10, 12, 12);
    assertThat(notes).singleElement().asString().contains("1.png", "stands in");
    assertThat(grays(open())).startsWith(10, 12, 12);
    assertThat(notes).hasSize(3);
    assertThat(notes.get(1)).isEqualTo(notes.get(0));
    assertThat(notes.get(2)).contains("remove this cache to try again");
  }

  @Test
  void aClassWithoutImagesIsAnErrorAndLeavesNothing() throws IOException {
    for (int i = 0; i < 3; i++) {
      Files.writeString(pictures.resolve("a/" + i + ".png"), "no picture");
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("none of its 3 pictures can be used");
    assertThat(files()).isEmpty();
  }

  /** Such as a link to nothing: all others need not be decoded at each start for its sake. */
  @Test
  void filesThatAreNotThereKeepNoOthersFromBeingKept() throws IOException {
    ImageListing listing = list();
    Files.move(pictures.resolve("a/1.png"), folder.resolve("1.png"));
    Supplier<Dataset> open =
        () -> new ImageCache(cache, notes::add).open(listing, () -> listing, reading(), 3);
    assertThat(grays(open.get())).startsWith(10, 12, 12);
    assertThat(notes).singleElement().asString().contains("1.png", "stands in");
    assertThat(open.get()).isInstanceOf(CachedImages.class);
    assertThat(files()).hasSize(1);

    Files.move(folder.resolve("1.png"), pictures.resolve("a/1.png"));
    assertThat(grays(open.get())).startsWith(10, 11, 12);
    assertThat(files()).hasSize(2);
  }

  /** Whatever the reason, as long as it may be another one the next time. */
  @Test
  void filesThatMayBeReadableLaterAreNotKept() throws IOException {
    ImageListing listing = failing(list(), new IOException("Input/output error"));
    Dataset dataset = new ImageCache(cache, notes::add).open(listing, () -> listing, reading(), 3);
    assertThat(grays(dataset)).startsWith(10, 12, 12);
    assertThat(files()).isEmpty();
    assertThat(notes).hasSize(2);
    assertThat(notes.get(0)).endsWith("stands in (1 so far)").contains("Input/output error");
    assertThat(notes.get(1)).contains("not kept, as files could not be read");

    // There while it is listed, and away when it is decoded.
    ImageListing away = failing(list(), new NoSuchFileException("1.png"));
    new ImageCache(cache, notes::add).open(away, () -> away, reading(), 3);
    assertThat(files()).isEmpty();
  }

  @Test
  void withoutAPlaceImagesAreDecodedWhenTheyAreNeeded() throws IOException {
    Files.writeString(cache, "a file");
    assertThat(grays(open())).containsExactly(10, 11, 12, 13, 14, 15, 16);
    assertThat(notes)
        .singleElement()
        .asString()
        .contains("decoded pictures cannot be kept", "each is decoded when it is needed");
  }

  /** As after a kill: what was decoded is there, and what stood in or was half written is not. */
  @Test
  void whatBrokeOffGoesOn() throws IOException {
    Files.writeString(pictures.resolve("a/1.png"), "no picture");
    Path begun = cache.resolve(ImageCache.name(list(), reading(), 3) + ".part");
    Files.createDirectories(cache);
    CacheContent content =
        new CacheContent(SIDE, 3, new int[] {0, 0, 0, 1, 1, 1, 1}, List.of("a", "ü"), List.of());
    try (CacheWriter writer = new CacheWriter(begun, content, 1 << 20)) {
      writer.write(0, gray(100), true);
      writer.write(1, gray(101), false);
      writer.write(3, gray(103), true);
      writer.write(4, gray(104), true);
    }
    flip(begun, Files.size(begun) - IMAGE_BYTES + 2);
    // What is there is not decoded: these grays are in no file.
    assertThat(grays(open())).containsExactly(100, 12, 12, 103, 14, 15, 16);
    assertThat(notes).singleElement().asString().contains("1.png", "stands in");
    assertThat(onlyFile().toString()).endsWith(".pictures");
    assertThat(grays(open())).containsExactly(100, 12, 12, 103, 14, 15, 16);
  }

  @Test
  void whatAnotherProcessDecodesIsWaitedFor() throws IOException, InterruptedException {
    Files.createDirectories(cache);
    Path lock = cache.resolve(ImageCache.name(list(), reading(), 3) + ".lock");
    List<String> progress = new CopyOnWriteArrayList<>();
    Process holder = ChildJvm.start(Map.of(), List.of(), LockHolder.class, lock.toString());
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("locked");
      DatasetReport report =
          new DatasetReport() {
            @Override
            public void note(String note) {
              notes.add(note);
            }

            @Override
            public void progress(String text) {
              progress.add(text);
              holder.destroyForcibly();
            }
          };
      Dataset dataset = new ImageCache(cache, report).open(list(), this::list, reading(), 3);
      assertThat(grays(dataset)).containsExactly(10, 11, 12, 13, 14, 15, 16);
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(progress.get(0)).contains("another process decodes these pictures");
    assertThat(notes).isEmpty();
  }

  @Test
  void threadsThatComeTogetherMakeOneFile() throws IOException {
    List<Dataset> all = IntStream.range(0, 8).parallel().mapToObj(i -> open()).toList();
    assertThat(all)
        .allSatisfy(one -> assertThat(grays(one)).containsExactly(10, 11, 12, 13, 14, 15, 16));
    assertThat(notes).isEmpty();
    assertThat(files()).hasSize(1);
  }

  /** Holds a lock until its process ends. */
  static final class LockHolder {
    public static void main(String[] arguments) throws IOException, InterruptedException {
      try (FileChannel channel =
              FileChannel.open(
                  Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        System.out.println(lock.isValid() ? "locked" : "not locked");
        Thread.sleep(Duration.ofMinutes(5).toMillis());
      }
    }
  }

  private Dataset open() {
    return open(reading());
  }

  private Dataset open(ImageFiles.Reading reading) {
    return new ImageCache(cache, notes::add).open(list(), this::list, reading, 3);
  }

  private ImageListing list() {
    return new ImageFolder().files(pictures, true, ClassOrder.NUMBERS);
  }

  /** A listing whose second file cannot be read; until it is decoded, it seems to be there. */
  private static ImageListing failing(ImageListing good, IOException failure) {
    AtomicBoolean tried = new AtomicBoolean();
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getName().equals("bytes")) {
            tried.set(true);
            throw failure;
          }
          if (method.getName().equals("version") && tried.get()) {
            throw failure;
          }
          return method.invoke(good.file(1), arguments);
        };
    FileEntry second =
        (FileEntry)
            Proxy.newProxyInstance(
                FileEntry.class.getClassLoader(), new Class<?>[] {FileEntry.class}, handler);
    return new ImageListing(
        good.root(),
        IntStream.range(0, 2)
            .mapToObj(
                label ->
                    new ImageListing.ImageClass(
                        good.classNames().get(label),
                        good.place(label),
                        IntStream.range(good.first(label), good.first(label) + good.count(label))
                            .mapToObj(i -> i == 1 ? second : good.file(i))
                            .toList()))
            .toList(),
        new LeftOut(),
        List.of());
  }

  private static ImageFiles.Reading reading() {
    return new ImageFiles.Reading(
        new Squares(SIDE, Fit.CROP, Filter.BILINEAR), 0, false, Duration.ZERO);
  }

  private void image(String name, int gray) throws IOException {
    Files.write(pictures.resolve(name), TestImages.png(6, 5, gray));
  }

  private void keepingTime(String name, int gray) throws IOException {
    Path file = pictures.resolve(name);
    FileTime time = Files.getLastModifiedTime(file);
    long length = Files.size(file);
    image(name, gray);
    assertThat(Files.size(file)).isEqualTo(length);
    Files.setLastModifiedTime(file, time);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(cache)) {
      return all.filter(file -> !file.toString().endsWith(".lock")).toList();
    }
  }

  private Path onlyFile() throws IOException {
    assertThat(files()).hasSize(1);
    return files().get(0);
  }

  private static byte[] gray(int value) {
    byte[] image = new byte[IMAGE_BYTES];
    Arrays.fill(image, (byte) value);
    return image;
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.seek(at);
      int value = content.read();
      content.seek(at);
      content.write(value ^ 4);
    }
  }

  private static int[] grays(Dataset dataset) {
    byte[] image = new byte[dataset.imageBytes()];
    return IntStream.range(0, dataset.size())
        .map(
            i -> {
              dataset.read(i, image);
              assertThat(image).containsOnly(image[0]);
              return image[0];
            })
        .toArray();
  }
}
