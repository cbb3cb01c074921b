package org.exactlyonce.gateway.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the gateways of a run keep their log, and what may happen to it.
 */
interface Database extends AutoCloseable {

	/** What a gateway needs to find it. */
	String[] arguments();

	/** What may happen to it, beside what happens to gateways. */
	List<Fault> faults();

	/** Lets it happen, and makes it whole again. */
	void strike(Fault fault) throws IOException;

	@Override
	void close() throws IOException;

	/**
	 * The embedded database, which dies with its gateway.
	 * @param folder its folder, its caller's to delete
	 * @return the database
	 */
	static Database embedded(Path folder) {
		return new Database() {

			@Override
			public String[] arguments() {
				return new String[] { "--gateway.data-dir=" + folder };
			}

			@Override
			public List<Fault> faults() {
				return List.of();
			}

			@Override
			public void strike(Fault fault) {
				throw new IllegalArgumentException(fault.toString());
			}

			@Override
			public void close() {
				// there is no process
			}

		};
	}

}
