package org.exactlyonce.gateway.support;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Signals that Java cannot send by itself. */
public final class Signal {

	private Signal() {
	}

	/**
	 * Sends a signal, and waits until it is sent.
	 * @param name the signal, as in {@code STOP}
	 * @param processes who gets it; who has ended does not
	 */
	public static void send(String name, List<ProcessHandle> processes) throws IOException {
		List<String> command = new ArrayList<>(List.of("kill", "-" + name));
		processes.forEach((process) -> command.add(Long.toString(process.pid())));
		try {
			new ProcessBuilder(command).inheritIO().start().waitFor();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
