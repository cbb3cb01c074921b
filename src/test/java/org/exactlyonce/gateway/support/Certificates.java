package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * An authority that issues certificates, as PEM files, with the JDK's keytool.
 */
public final class Certificates {

	private static final String PASSWORD = "not-a-secret";

	private static Certificates shared;

	private final Path folder;

	private final Path store;

	private final Map<String, Issued> issued = new HashMap<>();

	/**
	 * Makes an authority.
	 * @param folder takes its files
	 */
	public Certificates(Path folder) {
		this.folder = folder;
		this.store = folder.resolve("store.p12");
		keytool("ca", "-dname", "CN=authority", "-ext", "bc:c");
		write(authority(), "CERTIFICATE", encoded("ca"));
	}

	/** An authority for tests that need any. */
	public static synchronized Certificates shared() {
		try {
			if (shared == null) {
				shared = new Certificates(Files.createTempDirectory("certificates"));
			}
			return shared;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Its own certificate. */
	public Path authority() {
		return this.folder.resolve("ca.crt");
	}

	/**
	 * Issues a certificate with its key; the one of before, if the name has one.
	 * @param name its common name, and that of its files
	 * @param alternatives the names it is for, such as {@code dns:localhost,ip:127.0.0.1}
	 */
	public synchronized Issued issue(String name, String alternatives) {
		return this.issued.computeIfAbsent(name + " " + alternatives, (any) -> issueNew(name, alternatives));
	}

	private Issued issueNew(String name, String alternatives) {
		keytool(name, "-dname", "CN=" + name, "-signer", "ca", "-ext", "SAN=" + alternatives);
		Issued issued = new Issued(name, this.folder.resolve(name + ".crt"), this.folder.resolve(name + ".key"));
		try {
			write(issued.certificate(), "CERTIFICATE", encoded(name));
			write(issued.key(), "PRIVATE KEY", List.of(load().getKey(name, PASSWORD.toCharArray()).getEncoded()));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		return issued;
	}

	/**
	 * What a client needs that trusts this authority.
	 * @param identity its own certificate; null for none
	 */
	public SSLContext client(Issued identity) {
		return client(identity, this);
	}

	/**
	 * What a client needs that trusts this authority, and offers a certificate of another
	 * whether it was asked for that or not.
	 * @param identity its own certificate; null for none
	 * @param issuer who issued it
	 */
	public SSLContext client(Issued identity, Certificates issuer) {
		try {
			KeyStore trusted = KeyStore.getInstance("PKCS12");
			trusted.load(null, null);
			trusted.setCertificateEntry("ca", load().getCertificate("ca"));
			TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			trust.init(trusted);
			KeyManager[] keys = null;
			if (identity != null) {
				KeyStore own = KeyStore.getInstance("PKCS12");
				own.load(null, null);
				KeyStore all = issuer.load();
				own.setKeyEntry("own", all.getKey(identity.name(), PASSWORD.toCharArray()), PASSWORD.toCharArray(),
						all.getCertificateChain(identity.name()));
				KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
				factory.init(own, PASSWORD.toCharArray());
				keys = new KeyManager[] { new Offering((X509ExtendedKeyManager) factory.getKeyManagers()[0]) };
			}
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(keys, trust.getTrustManagers(), null);
			return context;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void keytool(String alias, String... more) {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-XX:TieredStopAtLevel=1",
				"-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2",
				"-storetype", "PKCS12", "-keystore", this.store.toString(), "-storepass", PASSWORD));
		command.addAll(List.of(more));
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException(said);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private KeyStore load() {
		try (InputStream in = Files.newInputStream(this.store)) {
			KeyStore loaded = KeyStore.getInstance("PKCS12");
			loaded.load(in, PASSWORD.toCharArray());
			return loaded;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<byte[]> encoded(String alias) {
		try {
			List<byte[]> encoded = new ArrayList<>();
			for (Certificate certificate : load().getCertificateChain(alias)) {
				encoded.add(certificate.getEncoded());
			}
			return encoded;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void write(Path file, String type, List<byte[]> contents) {
		StringBuilder text = new StringBuilder();
		Base64.Encoder encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
		for (byte[] content : contents) {
			text.append("-----BEGIN ").append(type).append("-----\n");
			text.append(encoder.encodeToString(content)).append("\n-----END ").append(type).append("-----\n");
		}
		try {
			Files.writeString(file, text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Java's own keeps back what the server would not take. */
	private static final class Offering extends X509ExtendedKeyManager {

		private final X509ExtendedKeyManager keys;

		private Offering(X509ExtendedKeyManager keys) {
			this.keys = keys;
		}

		@Override
		public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
			return "own";
		}

		@Override
		public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
			return "own";
		}

		@Override
		public String[] getClientAliases(String type, Principal[] issuers) {
			return new String[] { "own" };
		}

		@Override
		public String[] getServerAliases(String type, Principal[] issuers) {
			return new String[0];
		}

		@Override
		public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
			return null;
		}

		@Override
		public X509Certificate[] getCertificateChain(String alias) {
			return this.keys.getCertificateChain(alias);
		}

		@Override
		public PrivateKey getPrivateKey(String alias) {
			return this.keys.getPrivateKey(alias);
		}

	}

	/**
	 * A certificate with its chain, and its key.
	 *
	 * @param name its common name
	 * @param certificate the file of the chain
	 * @param key the file of the key
	 */
	public record Issued(String name, Path certificate, Path key) {

		/** The settings of a bundle of PEM files. */
		public List<String> bundle(String bundle) {
			String prefix = "spring.ssl.bundle.pem." + bundle + ".keystore.";
			return List.of(prefix + "certificate=" + this.certificate, prefix + "private-key=" + this.key);
		}

	}

}
