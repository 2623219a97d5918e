/** Archives of whole runs: made while the run goes on, verified, and unpacked elsewhere. */
package io.troupe.actors.backup;
