package io.troupe.actors.fleet;

import akka.actor.Address;
import akka.actor.typed.ActorSystem;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import java.util.Set;
import java.util.TreeSet;

/** The nodes of a fleet that the cluster knows, each by HOST:PORT. */
final class Members {
  private static final Set<MemberStatus> LEAVING =
      Set.of(MemberStatus.leaving(), MemberStatus.exiting(), MemberStatus.down());

  private final Cluster cluster;

  Members(ActorSystem<?> system) {
    cluster = Cluster.get(system);
  }

  /** This node's name. */
  String self() {
    return name(cluster.selfMember().address());
  }

  /** A node's name. */
  static String name(Address address) {
    return address.getHost().orElseThrow() + ":" + address.getPort().orElseThrow();
  }

  /** All nodes that have not been removed. */
  Set<String> present() {
    Set<String> names = new TreeSet<>();
    cluster.state().getMembers().forEach(member -> names.add(name(member.address())));
    return names;
  }

  /** Those that may train runs. */
  Set<String> training() {
    Set<String> names = new TreeSet<>();
    for (Member member : cluster.state().getMembers()) {
      if (member.hasRole(FleetNode.TRAINER)) {
        names.add(name(member.address()));
      }
    }
    return names;
  }

  /** Those that stay and can be reached. */
  Set<String> reachable() {
    Set<Member> away = cluster.state().getUnreachable();
    Set<String> names = new TreeSet<>();
    for (Member member : cluster.state().getMembers()) {
      if (!away.contains(member) && !LEAVING.contains(member.status())) {
        names.add(name(member.address()));
      }
    }
    return names;
  }
}
