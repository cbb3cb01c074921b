package org.exactlyonce.client.internals;

import javax.net.ssl.SSLContext;

import org.exactlyonce.client.Transport;

/**
 * The contract of transports, by the JDK's.
 */
class JdkTransportTest extends TransportContract {

	private final Transport transport = open(null);

	@Override
	protected Transport transport() {
		return this.transport;
	}

	@Override
	protected Transport open(SSLContext sslContext) {
		return new JdkTransport(sslContext);
	}

}
