package org.exactlyonce.gateway.store.h2;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

import org.exactlyonce.gateway.process.Periodic;
import org.exactlyonce.gateway.process.RepeatedTask;
import org.exactlyonce.gateway.store.StoreFullException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * The room on the disk of an H2 file. H2 closes itself at a write that finds none, and
 * may never come back: so it is not to get there. A group has up to 16 MB, H2 writes more
 * than that, and when it tidies its file up, eight times its buffer of 19 MB. While there
 * is less than is to be kept free, the room that was freed within the file is given back
 * to the disk, which H2 does not bring to an end by itself once nothing is written.
 */
final class H2Room {

	private static final Duration PERIOD = Duration.ofSeconds(1);

	/** A piece that is moved within the file may be beyond its end meanwhile. */
	private static final int PIECES = 4;

	private static final long MOST_BYTES = 64 << 20;

	/** With less, even small steps may be too large. */
	private static final long LEAST_BYTES = 20 << 20;

	/** For the move in progress when the database is closed. */
	private static final Duration LAST_MOVE = Duration.ofSeconds(5);

	private final Supplier<@Nullable H2File> file;

	private final Supplier<Path> path;

	private final DataSize minFreeDisk;

	private final Periodic making = new Periodic("h2-room", PERIOD,
			new RepeatedTask("The making of room on the disk", this::make));

	H2Room(Supplier<@Nullable H2File> file, Supplier<Path> path, DataSize minFreeDisk) {
		this.file = file;
		this.path = path;
		this.minFreeDisk = minFreeDisk;
	}

	/** Refuses to write more where there is too little. */
	void require() {
		Path place = this.path.get();
		if (isShort(place)) {
			throw new StoreFullException("The disk of " + place + " has " + place.toFile().getUsableSpace()
					+ " bytes left, fewer than gateway.store.min-free-disk=" + this.minFreeDisk);
		}
	}

	private boolean isShort(Path place) {
		File disk = place.toFile();
		return disk.getUsableSpace() < this.minFreeDisk.toBytes() && disk.getTotalSpace() > 0;
	}

	private void make() {
		H2File opened = this.file.get();
		if (opened != null && !opened.isClosed() && isShort(this.path.get())) {
			long usable = this.path.get().toFile().getUsableSpace();
			if (usable >= LEAST_BYTES) {
				opened.shrink((int) Math.min(usable / PIECES, MOST_BYTES));
			}
		}
	}

	void start() {
		this.making.start();
	}

	void stop() {
		this.making.stop();
		try {
			this.making.awaitEnd(LAST_MOVE);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
