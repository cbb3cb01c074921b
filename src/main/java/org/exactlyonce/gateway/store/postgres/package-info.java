/**
 * PostgreSQL: what its transactions begin with, and what its standbys confirm.
 */
@NullMarked
package org.exactlyonce.gateway.store.postgres;

import org.jspecify.annotations.NullMarked;
