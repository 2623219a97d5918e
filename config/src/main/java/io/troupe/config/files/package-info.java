/** Files that appear under their names complete or not at all. */
package io.troupe.config.files;
