/** The command line: {@code troupe train}, {@code start}, {@code status} and so on. */
package io.troupe.actors.cli;
