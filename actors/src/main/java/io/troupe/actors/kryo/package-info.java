/** Reading with Kryo what others wrote: never more than the bytes can hold. */
package io.troupe.actors.kryo;
