/** Downloads of public files into a folder of the user's. */
package io.troupe.data.fetch;
