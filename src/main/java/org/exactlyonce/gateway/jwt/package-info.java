/**
 * JWTs of an issuer as credentials, in the mode token: verified by Spring Security, kept
 * for a while, their scopes read as rights.
 */
@NullMarked
package org.exactlyonce.gateway.jwt;

import org.jspecify.annotations.NullMarked;
