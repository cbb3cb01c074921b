package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place of an open H2 file in its folder. A program that deletes the file, or puts
 * another there, takes away all that is written from then on: the system keeps the open
 * one only for as long as this process lives. Systems that do not let an open file be
 * deleted need no check.
 */
final class H2Place {

	private static final Logger log = LoggerFactory.getLogger(H2Place.class);

	private final String name;

	private final @Nullable Path file;

	private final @Nullable Object key;

	private volatile boolean lost;

	H2Place(String name) {
		this.name = name;
		this.file = path(name);
		this.key = key(this.file);
	}

	/** Whether the file is gone, which is for good. */
	boolean isLost() {
		if (!this.lost && this.key != null && !isThere()) {
			this.lost = true;
			log.error("""
					{} was deleted or replaced while it was open. Nothing more is acknowledged. \
					What was, is only in the file that process {} still has open (on Linux below /proc/{}/fd): \
					copy that before the process is ended""", this.name, ProcessHandle.current().pid(),
					ProcessHandle.current().pid());
		}
		return this.lost;
	}

	String reason() {
		return this.name + " was deleted or replaced while it was open";
	}

	private boolean isThere() {
		if (this.file == null) {
			return true;
		}
		try {
			return key(Files.readAttributes(this.file, BasicFileAttributes.class)).equals(this.key);
		}
		catch (NoSuchFileException ex) {
			return false;
		}
		catch (IOException ex) {
			return true; // it cannot be known at the moment
		}
	}

	private static Object key(BasicFileAttributes attributes) {
		return (attributes.fileKey() != null) ? attributes.fileKey() : "none";
	}

	private static @Nullable Object key(@Nullable Path file) {
		try {
			return (file != null) ? Files.readAttributes(file, BasicFileAttributes.class).fileKey() : null;
		}
		catch (IOException ex) {
			return null; // of a file system that is H2's own
		}
	}

	private static @Nullable Path path(String name) {
		try {
			return Path.of(name).toAbsolutePath();
		}
		catch (InvalidPathException ex) {
			return null;
		}
	}

}
