package org.exactlyonce.client.support;

import java.io.IOException;
import java.io.InputStream;

/**
 * Loads the client's classes where there is no Apache HttpClient.
 */
public final class WithoutHttpClient extends ClassLoader {

	public WithoutHttpClient() {
		super(WithoutHttpClient.class.getClassLoader());
	}

	@Override
	protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
		if (name.startsWith("org.apache.hc.")) {
			throw new ClassNotFoundException(name);
		}
		if (!name.startsWith("org.exactlyonce.client.")) {
			return super.loadClass(name, resolve);
		}
		Class<?> known = findLoadedClass(name);
		return (known != null) ? known : define(name);
	}

	private Class<?> define(String name) throws ClassNotFoundException {
		try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
			if (in == null) {
				throw new ClassNotFoundException(name);
			}
			byte[] bytes = in.readAllBytes();
			return defineClass(name, bytes, 0, bytes.length);
		}
		catch (IOException ex) {
			throw new ClassNotFoundException(name, ex);
		}
	}

}
