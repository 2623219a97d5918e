/** Networks, and what it takes to train them. */
package io.troupe.models;
