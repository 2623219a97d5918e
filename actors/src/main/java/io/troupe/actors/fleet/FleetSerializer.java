package io.troupe.actors.fleet;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import akka.stream.StreamRefResolver;
import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.util.Pool;
import io.troupe.actors.kryo.BoundedInput;
import io.troupe.actors.kryo.BoundedList;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes {@link FleetMessage}s by Kryo as trees of lists, texts, numbers and truths, a record by
 * the names of its parts. So nodes of two versions understand each other while a fleet is renewed
 * node by node: a part that is not known is ignored, and one that is missing is empty, zero or
 * false. A manifest is a name and a version; the version changes with what may not be read so.
 */
public final class FleetSerializer extends SerializerWithStringManifest {
  /** Of this serialiser among all of a system, for good. */
  private static final int IDENTIFIER = 1_941_018;

  private static final int LONGEST_LIST = 10_000;
  private static final int DEPTH = 32;
  private static final int FIRST_BYTES = 512;

  /** The manifests, for good. */
  private static final Map<String, Class<? extends Record>> KINDS = kinds();

  private static final Map<Class<?>, String> MANIFESTS =
      KINDS.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

  private final ExtendedActorSystem system;
  private final Pool<Kryo> kryos =
      new Pool<>(true, false) {
        @Override
        protected Kryo create() {
          Kryo kryo = new Kryo();
          kryo.setRegistrationRequired(true);
          kryo.register(ArrayList.class, new BoundedList(LONGEST_LIST), 20);
          kryo.setMaxDepth(DEPTH);
          return kryo;
        }
      };

  /** Made by Akka. */
  public FleetSerializer(ExtendedActorSystem system) {
    this.system = system;
  }

  private static Map<String, Class<? extends Record>> kinds() {
    Map<String, Class<? extends Record>> kinds = new LinkedHashMap<>();
    kinds.put("submit.1", Order.Submit.class);
    kinds.put("stop.1", Order.Stop.class);
    kinds.put("resume.1", Order.Resume.class);
    kinds.put("move.1", Order.Move.class);
    kinds.put("prioritise.1", Order.Prioritise.class);
    kinds.put("show.1", Dispatcher.Show.class);
    kinds.put("node-report.1", Dispatcher.NodeReport.class);
    kinds.put("node-leaves.1", Dispatcher.NodeLeaves.class);
    kinds.put("run-report.1", Dispatcher.RunReport.class);
    kinds.put("where-to.1", Dispatcher.WhereTo.class);
    kinds.put("where-to-all.1", Dispatcher.WhereToAll.class);
    kinds.put("answer.1", Dispatcher.Answer.class);
    kinds.put("place.1", Dispatcher.Place.class);
    kinds.put("places.1", Dispatcher.Places.class);
    kinds.put("overview.1", Dispatcher.Overview.class);
    kinds.put("keep.1", RunEntity.Keep.class);
    kinds.put("dismiss.1", RunEntity.Dismiss.class);
    kinds.put("hand-off.1", RunEntity.HandOff.class);
    kinds.put("job-offer.1", JobWorker.Offer.class);
    kinds.put("job-withdraw.1", JobWorker.Withdraw.class);
    kinds.put("job-input.1", JobWorker.Input.class);
    kinds.put("job-standing.1", JobDesk.Standing.class);
    kinds.put("job-undone.1", JobDesk.Undone.class);
    kinds.put("job-fetch.1", JobDesk.Fetch.class);
    kinds.put("job-finished.1", JobDesk.Finished.class);
    return kinds;
  }

  /** All messages that it can write. */
  static Map<String, Class<? extends Record>> manifests() {
    return KINDS;
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    String manifest = MANIFESTS.get(message.getClass());
    if (manifest == null) {
      throw new IllegalArgumentException(
          "%s has no manifest; add one to %s"
              .formatted(message.getClass().getName(), FleetSerializer.class.getSimpleName()));
    }
    return manifest;
  }

  @Override
  public byte[] toBinary(Object message) {
    Kryo kryo = kryos.obtain();
    try (Output output = new Output(FIRST_BYTES, -1)) {
      kryo.writeClassAndObject(output, trees().tree(message));
      return output.toBytes();
    } finally {
      kryos.free(kryo);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    Class<? extends Record> kind = KINDS.get(manifest);
    if (kind == null) {
      throw new NotSerializableException(
          "a message \"%s\" is not known to this version of Troupe; it knows %s"
              .formatted(manifest, KINDS.keySet()));
    }
    Kryo kryo = kryos.obtain();
    try (Input input = new BoundedInput(bytes)) {
      Object tree = kryo.readClassAndObject(input);
      return trees().value(tree, kind);
    } catch (RuntimeException e) { // Kryo trusts what it reads.
      throw new NotSerializableException(
          "a message \"%s\" of %d bytes cannot be read: %s".formatted(manifest, bytes.length, e));
    } finally {
      kryos.free(kryo);
    }
  }

  private RecordTrees trees() {
    return new RecordTrees(
        ActorRefResolver.get(Adapter.toTyped(system)), StreamRefResolver.get(system));
  }
}
