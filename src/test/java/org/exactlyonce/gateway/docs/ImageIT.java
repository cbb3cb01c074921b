package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.exactlyonce.gateway.support.Dockerfile;
import org.exactlyonce.gateway.support.GatewayProcess;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Dockerfile's own commands after the build of the jar, without a container: folders
 * stand for its stages. On a JDK that has no AOT cache, an archive of classes takes its
 * place.
 */
class ImageIT {

	private static final Dockerfile DOCKERFILE = Dockerfile.read();

	private static final boolean AOT_CACHE = Runtime.version().feature() >= 25;

	@TempDir
	private static Path folder;

	private static Path app;

	@TempDir
	private Path data;

	@BeforeAll
	static void build() throws IOException, InterruptedException {
		Path target = Files.createDirectories(folder.resolve("build/target"));
		Path jar = Path.of(System.getProperty("packaged.jar"));
		Files.copy(jar, target.resolve(jar.getFileName()));
		List<String> builds = DOCKERFILE.stage("build").arguments("RUN");
		run(folder.resolve("build"), builds.get(builds.size() - 1));
		app = Files.createDirectory(folder.resolve("app"));
		DOCKERFILE.stage("runtime").arguments("COPY").forEach(ImageIT::copy);
		Files.createDirectory(folder.resolve("tmp"));
		run(app, DOCKERFILE.stage("training").argument("RUN").replace("/tmp/", folder + "/tmp/"));
		copy(DOCKERFILE.lastStage().argument("COPY"));
	}

	@Test
	void classesComeFromTheCacheOfTheTrainingRun() throws IOException {
		Path loaded = this.data.resolve("loaded.txt");
		try (GatewayProcess gateway = start("-Xlog:class+load:file=" + loaded)) {
			assertThat(gateway.client().get("/actuator/health").status()).isEqualTo(200);
			assertThat(gateway.output()).doesNotContain("[warning]");
		}
		try (Stream<String> classes = Files.lines(loaded)) {
			assertThat(classes.filter((line) -> line.contains(" org.exactlyonce.gateway.commit.Lanes source:")))
				.singleElement()
				.asString()
				.contains("shared objects file");
		}
	}

	@Test
	void trainingRunLeavesNothingButTheCache() throws IOException {
		try (Stream<Path> files = Files.list(app)) {
			assertThat(files.map((file) -> file.getFileName().toString())).containsExactlyInAnyOrder("gateway.jar",
					"gateway.aot", "lib");
		}
	}

	@Test
	void startsWithACacheThatDoesNotFit() throws IOException {
		Path jar = app.resolve("gateway.jar");
		FileTime built = Files.getLastModifiedTime(jar);
		try {
			Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
			start().close();
		}
		finally {
			Files.setLastModifiedTime(jar, built);
		}
	}

	@Test
	void startsWithoutACache() throws IOException {
		Path cache = app.resolve("gateway.aot");
		Path elsewhere = this.data.resolve("gateway.aot");
		Files.move(cache, elsewhere);
		try {
			start().close();
		}
		finally {
			Files.move(elsewhere, cache);
		}
	}

	private GatewayProcess start(String... options) {
		List<String> command = new ArrayList<>();
		DOCKERFILE.entrypoint().forEach((word) -> command.add(onThisJdk(word)));
		assertThat(command.set(0, java("java"))).isEqualTo("java");
		command.addAll(1, List.of(options));
		return GatewayProcess.startIn(app, command, "--gateway.data-dir=" + this.data);
	}

	/** The words of COPY: from which stage, which file or folder, to where. */
	private static void copy(String words) {
		assertThat(words).matches("--from=(build /build|training /tmp)/\\S+ \\./");
		Path source = folder.resolve(words.split(" ")[1].substring(1));
		try {
			FileSystemUtils.copyRecursively(source,
					Files.isDirectory(source) ? app : app.resolve(source.getFileName()));
		}
		catch (IOException ex) {
			throw new IllegalStateException(words, ex);
		}
	}

	private static void run(Path directory, String command) throws IOException, InterruptedException {
		Path output = folder.resolve("output.txt");
		ProcessBuilder shell = new ProcessBuilder("sh", "-c", onThisJdk(command)).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile());
		shell.environment().put("PATH", java("") + ":" + System.getenv("PATH"));
		assertThat(shell.start().waitFor()).as("%s:%n%s", command, Files.readString(output)).isZero();
	}

	private static String java(String program) {
		return Path.of(System.getProperty("java.home"), "bin", program).toString();
	}

	private static String onThisJdk(String command) {
		return AOT_CACHE ? command : command.replace("-XX:AOTCacheOutput=", "-XX:ArchiveClassesAtExit=")
			.replace("-XX:AOTCache=", "-XX:SharedArchiveFile=");
	}

}
