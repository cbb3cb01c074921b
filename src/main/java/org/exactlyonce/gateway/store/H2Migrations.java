package org.exactlyonce.gateway.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrations of an H2 file that may be cut off anywhere and begin anew. H2 commits
 * statement by statement, so a migration leaves a schema that is neither old nor new. A
 * file is copied before, and put back at the next start when the migration has not come
 * to its end; a file that was only being created is created again. Nothing is
 * acknowledged in between.
 */
final class H2Migrations {

	private static final Logger log = LoggerFactory.getLogger(H2Migrations.class);

	private static final Pattern FILE_URL = Pattern.compile("(?i)jdbc:h2:(?:file:)?((?:[A-Z]:)?[^:;]+)(?:;.*)?");

	private static final int PIECE_BYTES = 1 << 20;

	private final Path file;

	/** Is there from the end of the copy to the end of the migration. */
	private final Path copy;

	private final Path partialCopy;

	/** Is there until a file that did not exist has all its tables. */
	private final Path creating;

	private H2Migrations(Path file) {
		this.file = file;
		this.copy = sibling(".before-migration");
		this.partialCopy = sibling(".before-migration.partial");
		this.creating = sibling(".creating");
	}

	private Path sibling(String suffix) {
		return this.file.resolveSibling(this.file.getFileName() + suffix);
	}

	/**
	 * The migrations of the file that a URL names.
	 * @param url a JDBC URL of H2
	 * @return null if it names no plain file
	 */
	static @Nullable H2Migrations of(String url) {
		Matcher name = FILE_URL.matcher(url);
		return name.matches() ? new H2Migrations(Path
			.of(name.group(1).replaceFirst("^~(?=[/\\\\])", Matcher.quoteReplacement(System.getProperty("user.home")))
					+ ".mv.db")
			.toAbsolutePath()) : null;
	}

	/** Undoes a migration that was cut off. Nothing may have the file open. */
	void recover() {
		try {
			if (Files.exists(this.file)) {
				undo();
			}
			else {
				Files.createDirectories(this.file.getParent());
				Files.deleteIfExists(this.partialCopy);
				if (Files.exists(this.copy)) {
					putBack();
				}
				else if (Files.notExists(this.creating)) {
					Files.createFile(this.creating);
					syncFolder();
				}
			}
		}
		catch (IOException ex) {
			throw refused(ex);
		}
	}

	private void undo() throws IOException {
		if (Files.notExists(this.copy) && Files.notExists(this.creating) && Files.notExists(this.partialCopy)) {
			return;
		}
		try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.WRITE);
				FileLock lock = channel.tryLock()) {
			if (lock == null) {
				return; // of another process, which is at work; H2 will say so
			}
			Files.deleteIfExists(this.partialCopy);
			if (Files.exists(this.copy)) {
				putBack();
			}
			else if (Files.exists(this.creating)) {
				log.warn("The first start was cut off while {} was created: it is created again", this.file);
				Files.delete(this.file);
				syncFolder();
			}
		}
		catch (OverlappingFileLockException ex) {
			log.debug("The file is open in this process", ex);
		}
	}

	private void putBack() throws IOException {
		log.warn("A migration of {} was cut off: the copy from before is put back, and the migration begins again",
				this.file);
		Files.move(this.copy, this.file, StandardCopyOption.ATOMIC_MOVE);
		syncFolder();
	}

	/**
	 * Migrates.
	 * @param opened the file, opened
	 * @param pending whether there is anything to migrate
	 * @param migration leaves all it did on the disk
	 */
	void migrate(MVStore opened, boolean pending, Runnable migration) {
		try {
			if (pending && Files.notExists(this.creating)) {
				copy(opened);
			}
			migration.run();
			if (Files.deleteIfExists(this.copy) | Files.deleteIfExists(this.creating)) {
				syncFolder();
			}
		}
		catch (IOException ex) {
			throw refused(ex);
		}
	}

	/** Reads by H2's own channel: its lock keeps others out on some systems. */
	private void copy(MVStore opened) throws IOException {
		requireRoom();
		log.info("Copying {} before it is migrated", this.file);
		opened.commit();
		try (FileChannel target = FileChannel.open(this.partialCopy, StandardOpenOption.CREATE,
				StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
			IOException[] failed = new IOException[1];
			opened.executeFilestoreOperation(() -> {
				try {
					copy(opened.getFileStore(), target);
				}
				catch (IOException ex) {
					failed[0] = ex; // or H2 would close itself
				}
			});
			if (failed[0] != null) {
				throw failed[0];
			}
			target.force(true);
		}
		Files.move(this.partialCopy, this.copy, StandardCopyOption.ATOMIC_MOVE);
		syncFolder();
	}

	private static void copy(FileStore<?> source, FileChannel target) throws IOException {
		long size = source.size();
		for (long position = 0; position < size;) {
			ByteBuffer piece = source.readFully(null, position, (int) Math.min(PIECE_BYTES, size - position));
			position += piece.remaining();
			while (piece.hasRemaining()) {
				target.write(piece);
			}
		}
	}

	private void requireRoom() throws IOException {
		long free = this.file.toFile().getUsableSpace();
		long size = Files.size(this.file);
		if (free < 2 * size && free < size + (1L << 30)) {
			throw new StoreRefusedException(
					"The database is to be migrated, which takes a copy of " + size + " bytes besides what is written. "
							+ this.file.getParent() + " has " + free + " bytes left.",
					"Make room there, or start the version of the gateway that was running before.");
		}
	}

	private void syncFolder() {
		H2Store.syncFolder(this.file.getParent());
	}

	private StoreRefusedException refused(IOException ex) {
		return new StoreRefusedException("The folder " + this.file.getParent() + " could not be written: " + ex,
				"Give the gateway's user the right to write there, and room.");
	}

}
