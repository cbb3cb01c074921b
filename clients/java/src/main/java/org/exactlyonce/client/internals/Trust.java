package org.exactlyonce.client.internals;

import java.security.cert.CertificateException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.exactlyonce.client.NotTrustedException;

/**
 * Which of the gateways have a certificate that is not trusted. If none has one that is,
 * from the beginning, that is not mended by asking again. Safe for threads.
 */
final class Trust {

	private final int gateways;

	/** Those whose certificate was not trusted when they were asked last. */
	private final Set<Integer> distrusted = ConcurrentHashMap.newKeySet();

	private volatile boolean answered;

	Trust(int gateways) {
		this.gateways = gateways;
	}

	/**
	 * Learns that a gateway has answered: after that, a certificate that is not trusted
	 * may be so for a while.
	 */
	void answered() {
		this.answered = true;
	}

	/**
	 * Learns that a request had no answer.
	 * @param gateway the index of the gateway
	 * @param failure why
	 * @return the failure; a {@link NotTrustedException} if no gateway is trusted
	 */
	Throwable failed(int gateway, Throwable failure) {
		Throwable distrust = distrust(failure);
		if (distrust == null) {
			this.distrusted.remove(gateway);
			return failure;
		}
		this.distrusted.add(gateway);
		if (this.answered || this.distrusted.size() < this.gateways) {
			return failure;
		}
		return new NotTrustedException("No gateway's certificate is trusted: " + distrust.getMessage()
				+ ". If the authority that issued it is not known, name it by the setting sslContext"
				+ " (ReaderSettings.withSslContext), with Kafka's names ssl.truststore.location.", failure);
	}

	private static Throwable distrust(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof CertificateException)) {
			cause = cause.getCause();
		}
		return cause;
	}

}
