package org.exactlyonce.gateway.proof.exhaustion;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A small file system in memory, which fills up and grows. */
final class Tmpfs implements AutoCloseable {

	private final Path folder;

	private Tmpfs(Path folder) {
		this.folder = folder;
	}

	/** Mounts one over a folder; skips the test where that is not permitted. */
	static Tmpfs mount(Path folder, int megabytes) {
		String said = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString());
		assumeTrue(said.isEmpty(), "no file system can be mounted here: " + said);
		return new Tmpfs(folder);
	}

	void resize(int megabytes) {
		assertThat(run("mount", "-o", "remount,size=" + megabytes + "m", this.folder.toString())).isEmpty();
	}

	long free() {
		return this.folder.toFile().getUsableSpace();
	}

	@Override
	public void close() {
		// at once, though a process that was killed may still hold files
		assertThat(run("umount", "--lazy", this.folder.toString())).isEmpty();
	}

	private static String run(String... command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
			return (process.waitFor() == 0) ? "" : "exit " + process.exitValue() + " " + said;
		}
		catch (IOException ex) {
			assumeTrue(false, command[0] + " cannot be run here: " + ex.getMessage());
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
