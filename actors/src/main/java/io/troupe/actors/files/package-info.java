/** Files that appear under their names complete or not at all. */
package io.troupe.actors.files;
