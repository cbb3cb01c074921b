package org.exactlyonce.client;

/**
 * What the gateway said about a request that it refused (RFC 9457).
 *
 * @param status the HTTP status
 * @param code the gateway's name of it, such as {@code PRODUCER_FENCED}; null if the
 * answer was not the gateway's
 * @param title a short text; may be null
 * @param detail what happened, with the numbers; may be null
 * @param retry what a client does next, such as {@code same-request}; may be null
 */
public record Problem(int status, String code, String title, String detail, String retry) {

}
