/** What {@code troupe doctor} looks at: the machine, what the build is made for, and GPUs. */
package io.troupe.actors.cli.doctor;
