package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Output;
import io.troupe.actors.kryo.BoundedList;
import io.troupe.actors.remote.JobData;
import java.io.NotSerializableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages between nodes as bytes. */
@Tag("protocol")
class FleetSerializerTest {
  /** Of the Keep in {@link #messages}. */
  private static final String KEEP =
      "160b037072657365f40364656def0373657474696e67f316820300736565643db1036e6f64e503613ab10365706f63e8090603656e64696ee70501";

  private static ActorTestKit kit;
  private static FleetSerializer serializer;

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create();
    serializer = new FleetSerializer((ExtendedActorSystem) Adapter.toClassic(kit.system()));
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  /** One of each kind. */
  private static List<Record> messages() {
    TestProbe<Dispatcher.Answer> asker = kit.createTestProbe();
    TestProbe<Dispatcher.Overview> viewer = kit.createTestProbe();
    TestProbe<Dispatcher.Place> place = kit.createTestProbe();
    TestProbe<Dispatcher.Places> places = kit.createTestProbe();
    ActorRef<JobDesk.Command> desk = kit.<JobDesk.Command>createTestProbe().ref();
    ActorRef<JobWorker.Command> worker = kit.<JobWorker.Command>createTestProbe().ref();
    Blobs blobs = new Blobs(kit.system());
    Map<String, List<String>> swept = new LinkedHashMap<>();
    swept.put("seed", List.of("2", "1"));
    swept.put("ema.decay", List.of("0.9"));
    Submission submission =
        new Submission(
            "s", "demo", List.of("a=ü"), swept, -3, Optional.of(new Halving(9, 2, "fd_cifar")));
    return List.of(
        new Order.Submit(submission, asker.ref()),
        new Order.Stop("s", asker.ref()),
        new Order.Resume("s", asker.ref()),
        new Order.Move("s", "a:1", asker.ref()),
        new Order.Prioritise("s", -7, asker.ref()),
        new Dispatcher.Show(200, viewer.ref()),
        new Dispatcher.NodeReport("a:1", List.of("trainer"), 2, "http://a:2"),
        new Dispatcher.NodeLeaves("a:1", asker.ref()),
        new Dispatcher.RunReport(
            "s",
            1L << 40,
            Optional.of(FleetBook.Outcome.CRASHED),
            5,
            9,
            OptionalLong.of(4),
            Map.of("fd_cifar", 1.5),
            "killed"),
        new Dispatcher.WhereTo("s", place.ref()),
        new Dispatcher.WhereToAll(places.ref()),
        new Dispatcher.Answer(true, "stopping: 1", List.of("s")),
        new Dispatcher.Place(Optional.empty()),
        new Dispatcher.Places(Map.of("s", "a:1")),
        new Dispatcher.Overview(
            List.of(new FleetView.Node("a:1", List.of("data"), 1, 0, "http://a:2", false, "now")),
            List.of(
                new FleetView.Run(
                    "s-1",
                    "demo",
                    Optional.of("s"),
                    FleetRun.Phase.DROPPING,
                    1,
                    Optional.of("a:1"),
                    2,
                    3,
                    4,
                    OptionalLong.empty(),
                    Map.of(),
                    "")),
            1,
            List.of(new FleetView.SweepRow("s", List.of("seed"), 2, 1, false))),
        new RunEntity.Keep("demo", List.of("seed=1"), "a:1", 3, true),
        new RunEntity.Dismiss(),
        new RunEntity.HandOff(),
        new JobWorker.Offer("j", "evaluate", 1L << 40, 7, "abc", true, desk),
        new JobWorker.Withdraw("j"),
        new JobWorker.Input("j", blobs.lend(new JobData(new byte[7]))),
        new JobDesk.Standing("j", worker, -1),
        new JobDesk.Undone("j", worker, true, "no dataset"),
        new JobDesk.Fetch("j", worker),
        new JobDesk.Finished("j", worker, 7, "abc", blobs.lend(new JobData(new byte[7]))));
  }

  @Test
  void everyKindIsReadAsItWasWritten() throws NotSerializableException {
    List<Record> messages = messages();
    assertThat(messages.stream().map(serializer::manifest))
        .containsExactlyInAnyOrderElementsOf(FleetSerializer.manifests().keySet());
    for (Record message : messages) {
      byte[] bytes = serializer.toBinary(message);
      assertThat(serializer.fromBinary(bytes, serializer.manifest(message))).isEqualTo(message);
    }
  }

  /** What this version wrote when it was new. Later versions must read it. */
  @Test
  void bytesOfTheFirstVersionAreRead() throws NotSerializableException {
    byte[] keep = HexFormat.of().parseHex(KEEP);
    assertThat(serializer.fromBinary(keep, "keep.1"))
        .isEqualTo(new RunEntity.Keep("demo", List.of("seed=1"), "a:1", 3, true));
  }

  /** An older node does not know a part, and a newer one writes one more. */
  @Test
  void nodesOfTwoVersionsUnderstandEachOther() throws NotSerializableException {
    byte[] older =
        bytes("preset", "demo", "settings", new ArrayList<>(), "node", "a:1", "epoch", 4L);
    assertThat(serializer.fromBinary(older, "keep.1"))
        .isEqualTo(new RunEntity.Keep("demo", List.of(), "a:1", 4, false));

    byte[] newer = bytes("place", "here", "run", "s", "since", 12L);
    assertThatThrownBy(() -> serializer.fromBinary(newer, "where-to.1"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("its part \"replyTo\" is missing");
    byte[] answer = bytes("done", true, "message", "m", "runs", new ArrayList<>(), "took", 12L);
    assertThat(serializer.fromBinary(answer, "answer.1"))
        .isEqualTo(new Dispatcher.Answer(true, "m", List.of()));
  }

  private static byte[] bytes(Object... parts) {
    Kryo kryo = new Kryo();
    kryo.register(ArrayList.class, new BoundedList(100), 20);
    try (Output output = new Output(64, -1)) {
      kryo.writeClassAndObject(output, new ArrayList<>(List.of(parts)));
      return output.toBytes();
    }
  }

  /** As large as they come: a frame has 256 KiB. */
  @Test
  void messagesAreFarSmallerThanAFrame() {
    String name = "n".repeat(100);
    FleetView.Run run =
        new FleetView.Run(
            name,
            name,
            Optional.of(name),
            FleetRun.Phase.DROPPING,
            1,
            Optional.of(name),
            1L << 60,
            1L << 60,
            1L << 60,
            OptionalLong.of(1L << 60),
            Map.of("fd_cifar", 1e-300),
            "m".repeat(500));
    List<FleetView.Run> rows = Collections.nCopies(Dispatcher.MOST_ROWS, run);
    FleetView.SweepRow sweep = new FleetView.SweepRow(name, List.of(name), 1, 1, true);
    FleetView.Node node = new FleetView.Node(name, List.of("trainer"), 1, 1, name, true, name);
    assertThat(
            serializer.toBinary(
                new Dispatcher.Overview(
                    Collections.nCopies(100, node),
                    rows,
                    1000,
                    Collections.nCopies(Dispatcher.MOST_ROWS, sweep))))
        .hasSizeLessThan(200 << 10);
    Map<String, String> places = new LinkedHashMap<>();
    for (int i = 0; i < 2000; i++) {
      places.put(
          "a-name-of-a-sweep-%04d".formatted(i), "2001:db8:85a3:8d3:1319:8a2e:370:7348:25520");
    }
    assertThat(serializer.toBinary(new Dispatcher.Places(places))).hasSizeLessThan(200 << 10);
    List<String> settings = List.of("s".repeat(Submission.MOST_CHARACTERS));
    assertThat(serializer.toBinary(new RunEntity.Keep("demo", settings, name, 1, false)))
        .hasSizeLessThan(32 << 10);
  }

  @Test
  void anUnknownManifestIsRefused() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "keep.2"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining(
            "\"keep.2\" is not known to this version of Troupe; it knows [submit.1");
  }

  @Test
  void bytesThatAreNoMessageAreRefused() {
    Random random = new Random(3);
    byte[] whole = serializer.toBinary(messages().get(0));
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = whole.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      try {
        serializer.fromBinary(bytes, "submit.1");
      } catch (NotSerializableException e) {
        assertThat(e).hasMessageContaining("cannot be read");
      }
    }
  }

  @Test
  void aClassThatIsNotRegisteredIsRefused() {
    Kryo kryo = new Kryo();
    kryo.setRegistrationRequired(false);
    Output output = new Output(64, -1);
    kryo.writeClassAndObject(output, new ArrayDeque<>());
    assertThatThrownBy(() -> serializer.fromBinary(output.toBytes(), "dismiss.1"))
        .isInstanceOf(NotSerializableException.class);
  }
}
