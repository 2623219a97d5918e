package io.troupe.actors.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.checkpoint.SmallRuns;
import io.troupe.actors.run.RunDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RunBackupTest {
  private static final String EVENT = "{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"step\"}\n";

  @RegisterExtension private static final SmallRuns RUNS = new SmallRuns();

  @TempDir private Path folder;

  private RunDirectory run;
  private Path archive;

  @BeforeEach
  void makeRun() throws Exception {
    run = RUNS.make(folder.resolve("Grün 1"));
    archive = folder.resolve("backup.zip");
    Files.writeString(run.events(), EVENT + EVENT);
    Files.createDirectories(run.samples());
    Files.write(run.samples().resolve("step-000000012.png"), new byte[] {1, 2, 3});
    RUNS.save(run, 8);
    RUNS.save(run, 12);
  }

  @Test
  void whatIsRestoredIsTheRunByteForByte() throws Exception {
    Map<String, String> before = content(run.root());
    // Of the process, and what it is writing.
    Files.writeString(run.pid(), "7");
    Files.writeString(run.url(), "http://127.0.0.1:1");
    Files.writeString(run.checkpoints().resolve("step-000000016.ckpt.tmp"), "half");

    RunBackup.Contents contents = RunBackup.write(run, archive);
    Path restored = folder.resolve("elsewhere").resolve("again");
    try (RunRestore restore = RunRestore.open(archive)) {
      assertThat(restore.name()).isEqualTo("Grün 1");
      assertThat(restore.into(restored)).isEqualTo(contents);
    }

    assertThat(contents.step()).isEqualTo(12);
    assertThat(contents.files()).isEqualTo(before.size());
    assertThat(content(restored)).isEqualTo(before);
    assertThat(names(restored.getParent())).containsExactly("again");
  }

  @Test
  void theListIsThatOfSha256sum() throws Exception {
    RunBackup.write(run, archive);

    try (ZipFile zip = new ZipFile(archive.toFile());
        InputStream in = zip.getInputStream(zip.getEntry("Grün 1/SHA256SUMS"))) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String sum = HexFormat.of().formatHex(digest.digest(new byte[] {1, 2, 3}));
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines())
          .contains(sum + "  samples/step-000000012.png");
    }
  }

  @Test
  void aLineThatIsBeingWrittenIsLeftOut() throws Exception {
    Files.writeString(run.events(), EVENT + EVENT + "{\"time\":\"20");

    RunBackup.write(run, archive);

    try (RunRestore restore = RunRestore.open(archive)) {
      restore.into(folder.resolve("restored"));
    }
    assertThat(folder.resolve("restored").resolve("events.jsonl")).hasContent(EVENT + EVENT);
  }

  @Test
  void aDamagedCheckpointIsLeftOutAndSaid() throws Exception {
    Path newest = run.checkpoints().resolve("step-000000012.ckpt");
    flip(newest, 2000);

    RunBackup.Contents contents = RunBackup.write(run, archive);

    assertThat(contents.step()).isEqualTo(8);
    assertThat(contents.leftOut()).singleElement().asString().contains(newest.toString());
  }

  @Test
  void aRunWithoutAGoodCheckpointIsNoBackup() throws Exception {
    flip(run.checkpoints().resolve("step-000000012.ckpt"), 2000);
    flip(run.checkpoints().resolve("step-000000008.ckpt"), 2000);

    assertThatThrownBy(() -> RunBackup.write(run, archive))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("no good checkpoint")
        .hasMessageContaining("step-000000008.ckpt");
    assertThat(names(folder)).containsExactly("Grün 1");
  }

  /** Every byte counts: flipped, the archive is refused, or is still what it was. */
  @Test
  void noFlippedByteGoesUnnoticed() throws Exception {
    RunBackup.write(run, archive);
    Map<String, String> expected = content(run.root());
    byte[] whole = Files.readAllBytes(archive);
    int refused = 0;
    for (int i = 0; i < whole.length; i += 1 + whole.length / 150) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 4;
      Files.write(archive, damaged);
      Path place = folder.resolve("r" + i);
      try (RunRestore restore = RunRestore.open(archive)) {
        restore.into(place);
        assertThat(content(place)).as("byte " + i).isEqualTo(expected);
      } catch (BackupException e) {
        refused++;
        assertThat(place).doesNotExist();
        assertThat(e).hasMessageContaining(archive.toString());
      }
    }
    assertThat(refused).isGreaterThan(100);
    assertThat(names(folder).stream().filter(name -> name.endsWith(".tmp"))).isEmpty();
  }

  @Test
  void aCutArchiveIsRefused() throws Exception {
    RunBackup.write(run, archive);
    byte[] whole = Files.readAllBytes(archive);
    for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
      Files.write(archive, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> RunRestore.open(archive))
          .as("%d bytes", length)
          .isInstanceOf(BackupException.class)
          .hasMessageContaining(archive.toString());
    }
  }

  @Test
  void nothingIsWrittenOutsideOfTheFolder() throws Exception {
    for (String path : List.of("../stolen", "a/../../stolen", "/tmp/troupe-stolen")) {
      Map<String, byte[]> entries = entries();
      entries.put(path, new byte[] {1});
      rewrite(entries, true);
      try (RunRestore restore = RunRestore.open(archive)) {
        assertThatThrownBy(() -> restore.into(folder.resolve("restored")))
            .isInstanceOf(BackupException.class)
            .hasMessageContaining("outside")
            .hasMessageContaining(path);
      }
      assertThat(folder.resolve("stolen")).doesNotExist();
      assertThat(Path.of("/tmp/troupe-stolen")).doesNotExist();
      assertThat(folder.resolve("restored")).doesNotExist();
    }
  }

  @Test
  void anArchiveHasWhatItListsAndNothingElse() throws Exception {
    Map<String, byte[]> entries = entries();
    entries.put("daemon.pid", new byte[] {1});
    rewrite(entries, false);
    assertThatThrownBy(() -> RunRestore.open(archive)).hasMessageContaining("daemon.pid");

    Files.delete(archive);
    RunBackup.write(run, archive);
    entries = entries();
    entries.remove("events.jsonl");
    rewrite(entries, false);
    assertThatThrownBy(() -> RunRestore.open(archive)).hasMessageContaining("lacks events.jsonl");
  }

  @Test
  void aFolderThatIsInUseIsNotTouched() throws Exception {
    RunBackup.write(run, archive);
    Map<String, String> before = content(run.root());
    try (RunRestore restore = RunRestore.open(archive)) {
      assertThatThrownBy(() -> restore.into(run.root())).hasMessageContaining("not empty");
      restore.into(Files.createDirectory(folder.resolve("empty")));
    }
    assertThat(content(run.root())).isEqualTo(before);
    assertThat(content(folder.resolve("empty"))).isEqualTo(before);
  }

  @Test
  void aLinkToAnEmptyFolderStaysAndOneToNothingIsRefused() throws Exception {
    RunBackup.write(run, archive);
    Map<String, String> before = content(run.root());
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), disk);
    Path nowhere = Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("none"));
    try (RunRestore restore = RunRestore.open(archive)) {
      restore.into(link);
      assertThatThrownBy(() -> restore.into(nowhere))
          .isInstanceOf(BackupException.class)
          .hasMessageContaining("leads nowhere");
    }
    assertThat(link).isSymbolicLink();
    assertThat(content(disk)).isEqualTo(before);
  }

  @Test
  void aLinkInACircleIsNamed() throws Exception {
    Path link = Files.createSymbolicLink(run.samples().resolve("again"), run.root());

    assertThatThrownBy(() -> RunBackup.write(run, archive))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(link + " is a symbolic link to a folder that it is in");
    assertThat(names(folder)).containsExactly("Grün 1");
  }

  @Test
  void namesThatNoFileCanHaveAreRefused() throws Exception {
    Map<String, byte[]> entries = entries();
    entries.put("a\u0000b", new byte[] {1});
    rewrite(entries, true);
    assertThatThrownBy(() -> RunRestore.open(archive))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("no file can have");
    Map<String, byte[]> sound = entries();
    for (String name : List.of(".", "..")) {
      rewrite(name, sound, true);
      assertThatThrownBy(() -> RunRestore.open(archive))
          .isInstanceOf(BackupException.class)
          .hasMessageContaining("no folder can have");
    }
  }

  /** A file is as large as the archive says, or it is refused when that much is written. */
  @Test
  void moreThanIsSaidIsNotUnpacked() throws Exception {
    Map<String, byte[]> entries = entries();
    entries.put("zeros", new byte[5_000_000]);
    rewrite(entries, true);
    byte[] bytes = Files.readAllBytes(archive);
    // The size of the entry in the archive's directory, which is the last to name it.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int header = text.lastIndexOf("run/zeros") - 46;
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(header + 24, 7);
    Files.write(archive, bytes);

    try (RunRestore restore = RunRestore.open(archive)) {
      assertThatThrownBy(() -> restore.into(folder.resolve("restored")))
          .isInstanceOf(BackupException.class)
          .hasMessageContaining("is damaged");
    }
    assertThat(folder.resolve("restored")).doesNotExist();
  }

  @Test
  void whatTheDiskCannotHoldIsRefusedBefore() throws Exception {
    Map<String, byte[]> entries = entries();
    for (int i = 0; i < 2000; i++) {
      entries.put("file" + i, new byte[0]);
    }
    rewrite(entries, true);
    byte[] bytes = Files.readAllBytes(archive);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.lastIndexOf("PK\u0005\u0006");
    // Each entry says 4 GB, so all 8 TB; the directory's entries begin with PK, 1, 2.
    for (int at = text.indexOf("PK\u0001\u0002"); at >= 0 && at < end; ) {
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 24, -2);
      at = text.indexOf("PK\u0001\u0002", at + 1);
    }
    Files.write(archive, bytes);

    try (RunRestore restore = RunRestore.open(archive)) {
      assertThatThrownBy(() -> restore.into(folder.resolve("restored")))
          .isInstanceOf(BackupException.class)
          .hasMessageContaining("free; name a folder on another disk");
    }
    assertThat(names(folder)).containsExactlyInAnyOrder("Grün 1", "backup.zip");
  }

  /** The entries of a fresh archive, without the list. */
  private Map<String, byte[]> entries() throws Exception {
    RunBackup.write(run, archive);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName().replaceFirst("^[^/]+/", ""), zip.readAllBytes());
      }
    }
    return entries;
  }

  private void rewrite(Map<String, byte[]> entries, boolean lists) throws Exception {
    rewrite("run", entries, lists);
  }

  private void rewrite(String name, Map<String, byte[]> entries, boolean lists) throws Exception {
    if (lists) {
      ByteArrayOutputStream list = new ByteArrayOutputStream();
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        if (!entry.getKey().equals("SHA256SUMS")) {
          byte[] sum = MessageDigest.getInstance("SHA-256").digest(entry.getValue());
          String line = HexFormat.of().formatHex(sum) + "  " + entry.getKey() + "\n";
          list.writeBytes(line.getBytes(StandardCharsets.UTF_8));
        }
      }
      entries.put("SHA256SUMS", list.toByteArray());
    }
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(name + "/" + entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
  }

  private static void flip(Path file, int position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[position] ^= 1;
    Files.write(file, bytes);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static Map<String, String> content(Path root) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        content.put(
            root.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return content;
  }
}
