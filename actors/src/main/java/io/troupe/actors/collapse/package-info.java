/** Signs that training has collapsed, found in what steps and evaluations show. No actors. */
package io.troupe.actors.collapse;
