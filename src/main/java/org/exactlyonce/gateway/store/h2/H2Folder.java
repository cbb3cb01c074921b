package org.exactlyonce.gateway.store.h2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

import org.exactlyonce.gateway.store.StoreRefusedException;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The folder and the file of the embedded database, looked at before H2 does, which would
 * open a file for reading only, or report what it finds with its whole stack.
 */
final class H2Folder {

	/** Whose rights count. */
	static final String USER = System.getProperty("user.name");

	private static final String PREFIX = "jdbc:h2:";

	private H2Folder() {
	}

	/**
	 * Names the file of a database URL.
	 * @param url H2's URL
	 * @return the file
	 */
	static Path file(String url) {
		String name = url.substring(PREFIX.length());
		int settings = name.indexOf(';');
		name = (settings >= 0) ? name.substring(0, settings) : name;
		name = name.startsWith("file:") ? name.substring("file:".length()) : name;
		name = name.startsWith("~") ? System.getProperty("user.home") + name.substring(1) : name;
		return Path.of(name + ".mv.db").toAbsolutePath().normalize();
	}

	/**
	 * Refuses a name of a data folder that would end up elsewhere.
	 * @param url H2's URL
	 * @param dataDir the setting, which the URL may be made of
	 */
	static void verifyName(String url, String dataDir) {
		if (!url.startsWith(PREFIX + "file:" + dataDir + "/gateway")) {
			return;
		}
		if (dataDir.isBlank()) {
			throw new StoreRefusedException(
					"The data folder is empty: GATEWAY_DATA_DIR, or gateway.data-dir, is set "
							+ "to nothing, and the data would be written into /.",
					"Set it to a folder, or remove the setting; the default is ./data.");
		}
		if (dataDir.contains(";")) {
			throw new StoreRefusedException(
					"The name of the data folder " + dataDir + " has a semicolon, where H2's settings would begin.",
					"Choose another folder (GATEWAY_DATA_DIR).");
		}
	}

	/**
	 * Makes the folder, and refuses what cannot be written.
	 * @param url H2's URL
	 * @return the size of the file, 0 if there is none
	 */
	static long verifyWritable(String url) {
		if (!url.toLowerCase(Locale.ROOT).startsWith(PREFIX + "file:")) {
			return 0; // refused later, with a reason of its own
		}
		Path file = file(url);
		Path folder = Objects.requireNonNull(file.getParent(), "a file has a folder");
		for (Path part = folder; part != null; part = part.getParent()) {
			if (Files.exists(part) && !Files.isDirectory(part)) {
				throw new StoreRefusedException(
						"The data folder " + folder + " cannot be used: " + part + " is a file.",
						"Set GATEWAY_DATA_DIR to a folder.");
			}
		}
		try {
			Files.createDirectories(folder);
		}
		catch (IOException ex) {
			throw new StoreRefusedException(
					"The user " + USER + " cannot make the data folder " + folder + ": " + reason(ex) + ".",
					writable(folder));
		}
		if (Files.isDirectory(file)) {
			throw new StoreRefusedException("The file of the embedded database, " + file + ", is a folder.",
					"Set GATEWAY_DATA_DIR to another folder.");
		}
		Path written = Files.exists(file) ? file : folder;
		if (!Files.isWritable(written) || !Files.isReadable(written)) {
			throw new StoreRefusedException(
					"The user " + USER + " cannot write "
							+ (written.equals(file) ? "the file " : "into the data folder ") + written + ".",
					writable(folder));
		}
		return file.toFile().length();
	}

	private static String reason(IOException failure) {
		String name = failure.getClass().getSimpleName().replace("Exception", "").replace("FileSystem", "");
		String message = String.valueOf(failure.getMessage());
		return (name.isEmpty() || name.equals("IO")) ? message : name + ", " + message;
	}

	/**
	 * Says what to do about a folder that cannot be written.
	 * @param folder the folder
	 * @return the advice
	 */
	static String writable(Path folder) {
		return "Give the user " + USER + " the right to write the folder " + folder + " and the files in it, "
				+ "or set GATEWAY_DATA_DIR to another folder.";
	}

	/**
	 * The setting that the database's URL is made of.
	 *
	 * @param dataDir the folder, as it stands in the URL; not used with PostgreSQL
	 */
	@ConfigurationProperties("gateway")
	record Properties(@DefaultValue("./data") String dataDir) {
	}

}
