/**
 * Many runs on many machines: nodes that are members of a cluster, a queue, and a process for each
 * run on a node that has a free slot. Akka's cluster is used in this package only.
 */
package io.troupe.actors.fleet;
