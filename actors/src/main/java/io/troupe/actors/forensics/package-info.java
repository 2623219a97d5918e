/** What is kept of a training that went wrong: pictures, norms and losses of its last steps. */
package io.troupe.actors.forensics;
