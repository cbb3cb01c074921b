package org.exactlyonce.gateway.proof.upgrade;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;

/**
 * What version 0.1 has written, and what it has answered.
 */
final class OldData {

	private OldData() {
	}

	/** A file of version 0.1, unpacked. */
	static byte[] read(String name) {
		try (InputStream packed = OldData.class.getResourceAsStream("/upgrade/0.1/" + name + ".gz");
				InputStream file = new GZIPInputStream(packed)) {
			return file.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
