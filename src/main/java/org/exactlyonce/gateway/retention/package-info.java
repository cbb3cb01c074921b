/**
 * What is deleted, and when: records that are older, or more, than their topic keeps, and
 * all of a deleted topic. Never a sequence of a topic that is there.
 */
@NullMarked
package org.exactlyonce.gateway.retention;

import org.jspecify.annotations.NullMarked;
