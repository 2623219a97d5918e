/**
 * What a daemon's server and the studio show alike: the page's files, and runs as JSON and pictures
 * for it.
 */
package io.troupe.actors.view;
