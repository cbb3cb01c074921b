package org.exactlyonce.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules of the house: which room may know which, and how large things may grow.
 */
class ArchitectureTest {

	private static final String ROOT = "org.exactlyonce.gateway";

	private static final Path SOURCES = Path.of("src/main/java");

	private static final int MAX_LINES = 300;

	private static final JavaClasses GATEWAY = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(ROOT);

	@Test
	void sequenceIsPureJava() {
		classes().that()
			.resideInAPackage(ROOT + ".sequence")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify..", ROOT + ".sequence")
			.check(GATEWAY);
	}

	@ParameterizedTest
	@CsvSource({ "sequence, ''", "process, ''", "problem, process", "access, problem", "store, process",
			"request, sequence problem", "producer, sequence problem request store",
			"log, producer sequence problem request store process", "read, log sequence problem request process",
			"relay, log request store process" })
	void roomKnowsOnlyTheRoomsBelow(String room, String below) {
		String[] allowed = Stream.concat(Stream.of(room), Stream.of(below.split(" ")).filter((name) -> !name.isEmpty()))
			.map((name) -> ROOT + "." + name)
			.toArray(String[]::new);
		noClasses().that()
			.resideInAPackage(ROOT + "." + room + "..")
			.should()
			.dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))))
			.check(GATEWAY);
	}

	@Test
	void roomsHaveNoCycles() {
		slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(GATEWAY);
	}

	@Test
	void nobodyNeedsAController() {
		noClasses().that(not(nameMatching(".*(Controller|Api)(\\$.*)?")))
			.should()
			.dependOnClassesThat(resideInAPackage(ROOT + "..").and(nameMatching(".*Controller(\\$.*)?")))
			.check(GATEWAY);
	}

	@Test
	void springWebStaysAtTheDoor() {
		noClasses().that()
			.resideOutsideOfPackages(ROOT + ".problem", ROOT + ".access")
			.and(not(nameMatching(
					".*\\.(\\w+Controller|\\w+Api|AppendResponses|LateAnswer|QueryParameterCheck|RecordLines)(\\$.*)?")))
			.should()
			.dependOnClassesThat(resideInAnyPackage("org.springframework.web..", "org.springframework.http.."))
			.check(GATEWAY);
	}

	/** So that a clock that is set back changes the times that are shown, and no more. */
	@Test
	void theTimeOfDayIsReadForReceiptsProducersTheLagAndItsWatchOnly() {
		noClasses().that(not(nameMatching(
				".*\\.(GatewayApplication|GroupTransaction|ProducerRegistry|RelayLag|RelayConfiguration|ClockWatch)")))
			.should()
			.dependOnClassesThat(nameMatching("java\\.time\\.Clock"))
			.check(GATEWAY);
		noClasses().should()
			.callMethodWhere(target(nameMatching("now|currentTimeMillis")))
			.orShould()
			.dependOnClassesThat(nameMatching("java\\.util\\.(Date|Calendar)"))
			.check(GATEWAY);
	}

	@Test
	void dependenciesComeThroughConstructors() {
		fields().should()
			.notBeAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
			.andShould()
			.notBeAnnotatedWith("org.springframework.beans.factory.annotation.Value")
			.andShould()
			.notBeAnnotatedWith("jakarta.inject.Inject")
			.andShould()
			.notBeAnnotatedWith("jakarta.annotation.Resource")
			.andShould()
			.notBeAnnotatedWith("jakarta.persistence.PersistenceContext")
			.check(GATEWAY);
	}

	@Test
	void everyPackageIsNullMarked() {
		List<JavaPackage> packages = GATEWAY.stream().map(JavaClass::getPackage).distinct().toList();
		assertThat(packages).hasSizeGreaterThanOrEqualTo(8)
			.allSatisfy((room) -> assertThat(room.isAnnotatedWith(NullMarked.class)).as(room.getName()).isTrue());
	}

	@Test
	void filesFitInTheHead() throws IOException {
		try (Stream<Path> files = Files.walk(SOURCES)) {
			List<Path> sources = files.filter((file) -> file.toString().endsWith(".java")).toList();
			assertThat(sources).hasSizeGreaterThan(40)
				.allSatisfy((file) -> assertThat(Files.readAllLines(file)).as("lines of %s", file)
					.hasSizeLessThanOrEqualTo(MAX_LINES));
		}
	}

	@Test
	void mostTypesArePackagePrivate() {
		List<JavaClass> types = GATEWAY.stream()
			.filter((type) -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
			.toList();
		List<String> visible = types.stream()
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.map(JavaClass::getName)
			.toList();
		assertThat(visible).hasSizeLessThanOrEqualTo(types.size() * 40 / 100);
	}

}
