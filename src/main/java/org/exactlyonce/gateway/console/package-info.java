/**
 * The console: a page that shows what the API tells. Its files are below
 * {@code static/console}; here is how they are served.
 */
@NullMarked
package org.exactlyonce.gateway.console;

import org.jspecify.annotations.NullMarked;
