/**
 * How the client works: no part of its API.
 */
package org.exactlyonce.client.internals;
