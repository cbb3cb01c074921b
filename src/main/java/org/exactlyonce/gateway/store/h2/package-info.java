/**
 * The embedded H2: how its file is opened, written and forced, and its room on the disk.
 */
@NullMarked
package org.exactlyonce.gateway.store.h2;

import org.jspecify.annotations.NullMarked;
