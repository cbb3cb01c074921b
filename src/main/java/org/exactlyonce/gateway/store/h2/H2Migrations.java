package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.exactlyonce.gateway.store.StoreRefusedException;
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

	private final Path file;

	/** Is there from the end of the copy to the end of the migration. */
	private final Path copy;

	private final Path partialCopy;

	/** Is there until a file that did not exist has all its tables. */
	private final Path creating;

	private H2Migrations(Path file) {
		this.file = file;
		// a name that H2 opens
		this.copy = file
			.resolveSibling(file.getFileName().toString().replaceFirst("\\.mv\\.db$", "") + ".before-migration.mv.db");
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

	/**
	 * Undoes a migration that was cut off. Nothing may have the file open. A file that a
	 * gateway has served since then is not touched.
	 * @param login user and password
	 * @throws StoreRefusedException if the file was served and its copy is still there
	 */
	void recover(Properties login) {
		try {
			if (Files.exists(this.file)) {
				undo(login);
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

	private void undo(Properties login) throws IOException {
		boolean copied = Files.exists(this.copy);
		if (!copied && Files.notExists(this.creating) && Files.notExists(this.partialCopy)) {
			return;
		}
		if (isOpenElsewhere()) {
			return; // by a process that is at work; H2 will say so
		}
		Files.deleteIfExists(this.partialCopy);
		H2Contents contents = H2Contents.of(this.file, login);
		if (copied) {
			requireUnserved(contents, login);
			if (contents == null) {
				setAside();
			}
			putBack();
		}
		else if (Files.exists(this.creating)) {
			createAgain(contents);
		}
	}

	private boolean isOpenElsewhere() throws IOException {
		try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.WRITE);
				FileLock lock = channel.tryLock()) {
			return lock == null;
		}
		catch (OverlappingFileLockException ex) {
			return true;
		}
	}

	/**
	 * An older version, which knows nothing of the copy, may have gone on with the file.
	 */
	private void requireUnserved(@Nullable H2Contents contents, Properties login) {
		H2Contents before = H2Contents.of(this.copy, login);
		if (before == null || contents != null && contents.isBeyond(before)) {
			throw new StoreRefusedException(
					"A migration of " + this.file + " was cut off, and the file was used after that: it has " + contents
							+ ", its copy " + this.copy.getFileName() + " has " + before + ".",
					"Move the file away and the copy into its place, or move the copy away to go on with the file.");
		}
	}

	/** A file with producers was put here since, say from a backup. */
	private void createAgain(@Nullable H2Contents contents) throws IOException {
		if (contents == null) {
			setAside();
		}
		else if (contents.isEmpty()) {
			log.warn("The first start was cut off while {} was created: it is created again", this.file);
			Files.delete(this.file);
			syncFolder();
		}
		else {
			Files.delete(this.creating);
			syncFolder();
		}
	}

	/** Nothing that cannot be read is deleted. */
	private void setAside() throws IOException {
		Path aside = sibling(".unreadable-" + Files.getLastModifiedTime(this.file).toMillis());
		log.warn("{} cannot be opened since a start was cut off: it is kept as {}", this.file, aside.getFileName());
		Files.move(this.file, aside, StandardCopyOption.ATOMIC_MOVE);
		syncFolder();
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

	private void copy(MVStore opened) throws IOException {
		requireRoom();
		log.info("Copying {} before it is migrated", this.file);
		H2FileCopy.write(opened, this.partialCopy);
		Files.move(this.partialCopy, this.copy, StandardCopyOption.ATOMIC_MOVE);
		syncFolder();
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
		H2Store.syncFolder(Objects.requireNonNull(this.file.getParent(), "a file has a folder"));
	}

	private StoreRefusedException refused(IOException ex) {
		return new StoreRefusedException("The folder " + this.file.getParent() + " could not be written: " + ex,
				"Give the gateway's user the right to write there, and room.");
	}

}
