/**
 * Checkpoint files: written so that a crash at any moment leaves either the old files or the old
 * files and a complete new one, and read only when their checksum agrees.
 */
package io.troupe.actors.checkpoint;
