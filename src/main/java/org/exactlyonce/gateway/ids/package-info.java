/**
 * Ids of records, and where the records are: the table that keeps each id unique in its
 * topic.
 */
@NullMarked
package org.exactlyonce.gateway.ids;

import org.jspecify.annotations.NullMarked;
