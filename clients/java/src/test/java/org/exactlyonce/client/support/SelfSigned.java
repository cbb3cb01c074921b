package org.exactlyonce.client.support;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key of a server, and who trusts it.
 */
public final class SelfSigned {

	private static final String PASSWORD = "password-of-a-test";

	private SelfSigned() {
	}

	/**
	 * Makes a key.
	 * @param store the file to put it into
	 * @param names whom the certificate is for, such as {@code ip:127.0.0.1}
	 * @return a context that has the key, and trusts its certificate
	 * @throws Exception if that fails
	 */
	public static SSLContext context(Path store, String names) throws Exception {
		Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
		Process process = new ProcessBuilder(keytool.toString(), "-genkeypair", "-alias", "gateway", "-keyalg", "EC",
				"-dname", "CN=gateway", "-ext", "san=" + names, "-storetype", "PKCS12", "-keystore", store.toString(),
				"-storepass", PASSWORD)
			.inheritIO()
			.start();
		if (process.waitFor() != 0) {
			throw new IllegalStateException("keytool failed");
		}
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(store)) {
			keys.load(in, PASSWORD.toCharArray());
		}
		KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		own.init(keys, PASSWORD.toCharArray());
		TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trusted.init(keys);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
		return context;
	}

}
