/** What Node calls a chain that ends at no authority it knows, or that is incomplete. */
const UNKNOWN_AUTHORITY = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

/** And other certificates that it does not trust. */
const NOT_TRUSTED = [
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
];

/**
 * What to say of a `fetch` that failed since it does not trust the certificate of `url`; undefined if it failed for another
 * reason, or does not say, as in browsers.
 */
export function distrust(url: string, failure: unknown): string | undefined {
  for (let cause = failure; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === "string" && NOT_TRUSTED.concat(UNKNOWN_AUTHORITY).includes(code)) {
      const reason = `The certificate of ${url} is not trusted: ${cause.message} (${code}).`;
      return UNKNOWN_AUTHORITY.includes(code) ? `${reason} Name the authority that issued it: start Node with NODE_EXTRA_CA_CERTS=ca.pem.` : reason;
    }
  }
  return undefined;
}
