package org.exactlyonce.gateway.store.h2;

import java.nio.file.Path;
import java.sql.SQLException;

import org.exactlyonce.gateway.store.StoreRefusedException;
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Explains in two sentences why an H2 file cannot be used: which file, which user, which
 * setting.
 */
final class H2Refusal {

	private static final String SETTINGS = "spring.datasource.username and spring.datasource.password";

	private H2Refusal() {
	}

	/**
	 * Explains a failure.
	 * @param failure what H2 said
	 * @param url the database's URL
	 * @param user the database user
	 * @return the refusal
	 */
	static StoreRefusedException of(SQLException failure, String url, @Nullable String user) {
		Path file = H2Folder.file(url);
		Path folder = (file.getParent() != null) ? file.getParent() : file;
		return switch (failure.getErrorCode()) {
			case ErrorCode.DATABASE_ALREADY_OPEN_1 -> new StoreRefusedException(
					"The data folder " + folder + " is in use by another process. The embedded database has one owner.",
					"Stop the other gateway, give this one its own folder (GATEWAY_DATA_DIR), "
							+ "or run both on one PostgreSQL (SPRING_DATASOURCE_URL).");
			case ErrorCode.WRONG_USER_OR_PASSWORD ->
				new StoreRefusedException("The embedded database " + file + " does not let the user " + user + " in.",
						"Set " + SETTINGS + " to those that the file was made with; the defaults are sa and none.");
			case ErrorCode.ADMIN_RIGHTS_REQUIRED ->
				new StoreRefusedException("The database user " + user + " may not set what makes H2's commits durable.",
						"Use a database user with admin rights: " + SETTINGS + ".");
			case ErrorCode.FILE_VERSION_ERROR_1 -> otherFormat(failure, file);
			case ErrorCode.FILE_CORRUPTED_1 -> damaged(failure, file);
			case ErrorCode.DATABASE_IS_READ_ONLY, ErrorCode.IO_EXCEPTION_1, ErrorCode.IO_EXCEPTION_2,
					ErrorCode.FILE_CREATION_FAILED_1 ->
				new StoreRefusedException(
						"The user " + H2Folder.USER + " cannot write the file " + file + ": " + reason(failure),
						H2Folder.writable(folder));
			default -> new StoreRefusedException("H2 cannot use the file " + file + ": " + reason(failure),
					"Check the data folder (GATEWAY_DATA_DIR), " + SETTINGS + ".");
		};
	}

	private static StoreRefusedException otherFormat(SQLException failure, Path file) {
		for (@Nullable
		Throwable cause = failure; cause != null; cause = cause.getCause()) {
			String message = String.valueOf(cause.getMessage());
			if (message.contains("format") && message.contains("larger")) {
				return new StoreRefusedException("The file " + file + " was written by a newer H2 than this one.",
						"Start the version of the gateway that wrote it, or a newer one.");
			}
			if (message.contains("format") && message.contains("smaller")) {
				return new StoreRefusedException(
						"The file " + file + " was written by an older H2 than this one reads.",
						"Start the version of the gateway that wrote it, or give this one an empty data folder "
								+ "(GATEWAY_DATA_DIR).");
			}
		}
		return damaged(failure, file);
	}

	private static StoreRefusedException damaged(SQLException failure, Path file) {
		return damaged(file, "or no H2 database: " + reason(failure));
	}

	/**
	 * Refuses a file that is damaged.
	 * @param file the file
	 * @param reason how that is known
	 * @return the refusal
	 */
	static StoreRefusedException damaged(Path file, String reason) {
		return new StoreRefusedException("The file " + file + " is damaged, " + reason,
				"Keep a copy of it, and put a backup in its place; with the file moved away, or with an empty data "
						+ "folder (GATEWAY_DATA_DIR), the gateway starts with an empty log.");
	}

	/** The innermost reason in one line, without H2's version and statement. */
	private static String reason(Throwable failure) {
		String reason = "";
		for (@Nullable
		Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause.getMessage() != null) {
				reason = cause.getMessage();
			}
		}
		String line = reason.lines().findFirst().orElse("").replaceAll("\\s*(; SQL statement:|\\[\\d.*])\\s*$", "");
		return (line.length() > 200) ? line.substring(0, 200) + "…" : line;
	}

}
