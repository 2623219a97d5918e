/** Fixed pools of large buffers, which actors lend to each other instead of copying them. */
package io.troupe.actors.memory;
