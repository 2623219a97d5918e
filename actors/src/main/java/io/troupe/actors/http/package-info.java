/** A bounded HTTP server: who may ask, what clients may take, and how errors are answered. */
package io.troupe.actors.http;
