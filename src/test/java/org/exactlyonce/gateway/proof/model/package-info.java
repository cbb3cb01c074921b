/**
 * Random use of the whole gateway over HTTP, compared with a plain model.
 */
package org.exactlyonce.gateway.proof.model;
