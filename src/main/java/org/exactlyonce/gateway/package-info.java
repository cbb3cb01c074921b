/**
 * The application and the beans that every room shares.
 */
@NullMarked
package org.exactlyonce.gateway;

import org.jspecify.annotations.NullMarked;
