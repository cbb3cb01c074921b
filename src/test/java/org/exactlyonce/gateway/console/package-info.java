/**
 * The console, in a real browser.
 */
package org.exactlyonce.gateway.console;
