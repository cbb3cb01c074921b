package org.exactlyonce.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How large things may grow, read from the sources.
 */
class SizesTest {

	private static final Path SOURCES = Path.of("src/main/java");

	private static final List<Path> CLIENTS = List.of(Path.of("clients/java/src/main"),
			Path.of("clients/conformance/src/main"), Path.of("clients/typescript/src"), Path.of("clients/python/src"));

	private static final int MAX_FILE_LINES = 250;

	/** A list with an entry for each example of a problem. */
	private static final int MAX_LIST_LINES = 350;

	private static final int MAX_METHOD_LINES = 40;

	private static final int MAX_TYPES = 20;

	/** Rooms that are one thing, though they are larger. */
	private static final Map<String, Integer> LARGER = Map.of(
			// a group from the queue to its answers, and the lanes' health and metrics;
			// apart, the parts would know one another both ways
			"commit", 31,
			// nothing of it is loaded until it is switched on; taken apart, it closed a
			// circle and opened 16 types
			"relay", 40);

	private static final int MAX_PUBLIC_PERCENT = 40;

	private static final Map<String, Integer> methodLines = new TreeMap<>();

	private static final Map<String, List<Tree>> typesByRoom = new TreeMap<>();

	@BeforeAll
	static void readSources() throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
			JavacTask task = (JavacTask) compiler.getTask(null, files, null, null, null,
					files.getJavaFileObjectsFromPaths(sources()));
			SourcePositions positions = Trees.instance(task).getSourcePositions();
			for (CompilationUnitTree unit : task.parse()) {
				new Methods(unit, positions).scan(unit, null);
				String room = unit.getPackageName().toString().replaceFirst(".*\\.gateway\\.?", "");
				typesByRoom.computeIfAbsent(room, (any) -> new ArrayList<>()).addAll(unit.getTypeDecls());
			}
		}
	}

	private static List<Path> sources() throws IOException {
		return files(SOURCES, "java");
	}

	private static List<Path> files(Path folder, String extensions) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter((file) -> file.toString().matches(".*\\.(" + extensions + ")")).toList();
		}
	}

	@Test
	void filesFitInTheHead() throws IOException {
		assertThat(sources()).hasSizeGreaterThan(200)
			.allSatisfy((file) -> assertThat(Files.readAllLines(file)).as("lines of %s", file)
				.hasSizeLessThanOrEqualTo(file.endsWith("ProblemExample.java") ? MAX_LIST_LINES : MAX_FILE_LINES));
	}

	@Test
	void filesOfTheClientsDoToo() throws IOException {
		for (Path client : CLIENTS) {
			assertThat(files(client, "java|ts|py")).hasSizeGreaterThan(10)
				.allSatisfy((file) -> assertThat(Files.readAllLines(file)).as("lines of %s", file)
					.hasSizeLessThanOrEqualTo(MAX_FILE_LINES));
		}
	}

	@Test
	void methodsFitOnAScreen() {
		assertThat(methodLines).hasSizeGreaterThan(1000);
		assertThat(over(methodLines, (lines) -> lines > MAX_METHOD_LINES)).isEmpty();
	}

	@Test
	void roomsHaveFewTypes() {
		typesByRoom.forEach((room, types) -> assertThat(types).as("types of " + room)
			.hasSizeLessThanOrEqualTo(LARGER.getOrDefault(room, MAX_TYPES)));
	}

	@Test
	void mostTypesArePackagePrivate() {
		List<Tree> types = typesByRoom.values().stream().flatMap(List::stream).toList();
		assertThat(types.stream().filter(SizesTest::isPublic))
			.hasSizeLessThanOrEqualTo(types.size() * MAX_PUBLIC_PERCENT / 100);
	}

	private static boolean isPublic(Tree type) {
		return ((ClassTree) type).getModifiers().getFlags().contains(javax.lang.model.element.Modifier.PUBLIC);
	}

	private static Map<String, Integer> over(Map<String, Integer> lines, Predicate<Integer> tooMany) {
		return lines.entrySet()
			.stream()
			.filter((entry) -> tooMany.test(entry.getValue()))
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	/** Counts the lines of methods, from the name to the closing brace. */
	private static final class Methods extends TreeScanner<Void, Void> {

		private final CompilationUnitTree unit;

		private final SourcePositions positions;

		private Methods(CompilationUnitTree unit, SourcePositions positions) {
			this.unit = unit;
			this.positions = positions;
		}

		@Override
		public Void visitMethod(MethodTree method, Void nothing) {
			if (method.getBody() != null) {
				long first = line(this.positions.getStartPosition(this.unit,
						(method.getReturnType() != null) ? method.getReturnType() : method.getBody()));
				long last = line(this.positions.getEndPosition(this.unit, method.getBody()));
				methodLines.merge(this.unit.getSourceFile().getName() + "#" + method.getName() + ":" + first,
						(int) (last - first + 1), Math::max);
			}
			return super.visitMethod(method, nothing);
		}

		private long line(long position) {
			return this.unit.getLineMap().getLineNumber(position);
		}

	}

}
