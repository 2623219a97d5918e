/**
 * Runs as their files tell them, alive or not, without a daemon and without HTTP. Files may be
 * damaged, growing, or gone at any moment: what cannot be read is told in words, and no file makes
 * memory grow without bound.
 */
package io.troupe.actors.history;
