/**
 * Statements, how they travel to the database, and what their failures mean.
 */
@NullMarked
package org.exactlyonce.gateway.statement;

import org.jspecify.annotations.NullMarked;
