package org.exactlyonce.gateway;

import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.ScrollPosition;
import org.springframework.data.domain.Sort;
import org.springframework.data.repository.Repository;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveRawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which room may know which, and what only some may know.
 */
class ArchitectureTest {

	private static final String ROOT = "org.exactlyonce.gateway";

	private static final JavaClasses GATEWAY = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(ROOT);

	@ParameterizedTest
	@ValueSource(strings = { "sequence", "record" })
	void ruleAndCodecArePureJava(String room) {
		classes().that()
			.resideInAPackage(ROOT + "." + room)
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify..", ROOT + "." + room)
			.check(GATEWAY);
	}

	@ParameterizedTest
	@CsvSource({ "sequence, ''", "process, ''", "record, ''", "problem, process", "access, problem",
			"quota, access problem", "credential, access store request json bounds problem sequence", "statement, ''",
			"store, store.h2 store.postgres statement process", "store.h2, store statement process",
			"store.postgres, store statement process", "bounds, problem", "jwt, access credential",
			"json, bounds problem sequence", "request, json bounds problem sequence", "edge, request bounds problem",
			"producer, access quota store statement request json bounds problem sequence",
			"topic, access store statement request json bounds problem sequence",
			"log, topic producer record store statement request json bounds problem sequence process",
			"ids, sequence store statement", "retention, ids store statement process",
			"commit, ids log topic producer record store statement bounds problem sequence process",
			"cloudevent, record request json problem",
			"incoming, cloudevent commit record request json bounds problem sequence",
			"append, incoming ids access commit log topic record request json bounds problem sequence process",
			"webhook, append quota access incoming commit topic record request json problem sequence", "console, ''",
			"read, access quota log topic record request json bounds problem sequence process",
			"relay, log topic record store statement bounds process" })
	void roomKnowsOnlyTheRoomsBelow(String room, String below) {
		String[] allowed = rooms((room + " " + below).trim().split(" "));
		noClasses().that()
			.resideInAPackage(ROOT + "." + room + "..")
			.should()
			.dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))))
			.check(GATEWAY);
	}

	/** Each chooses itself by the database's URL. */
	@Test
	void databasesAreNotKnown() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".store.*..")
			.should()
			.dependOnClassesThat(resideInAPackage(ROOT + ".store.*.."))
			.check(GATEWAY);
	}

	/** What starts the gateway and describes it; no room knows it. */
	@Test
	void rootKnowsFewRooms() {
		noClasses().that()
			.resideInAPackage(ROOT)
			.should()
			.dependOnClassesThat(resideInAPackage(ROOT + ".*..").and(not(resideInAnyPackage(
					rooms("access", "incoming", "commit", "topic", "request", "store", "process", "problem")))))
			.check(GATEWAY);
		noClasses().that()
			.resideOutsideOfPackage(ROOT)
			.should()
			.dependOnClassesThat(resideInAPackage(ROOT))
			.check(GATEWAY);
	}

	@Test
	void roomsHaveNoCycles() {
		slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(GATEWAY);
	}

	@Test
	void controllersAreNotKnown() {
		noClasses().that(not(nameMatching(".*(Controller|Api)(\\$.*)?")))
			.should()
			.dependOnClassesThat(resideInAPackage(ROOT + "..").and(nameMatching(".*Controller(\\$.*)?")))
			.check(GATEWAY);
	}

	@Test
	void springWebStaysAtTheDoor() {
		noClasses().that()
			.resideInAnyPackage(rooms("sequence", "process", "record", "statement", "store..", "bounds", "json",
					"commit", "relay", "retention", "ids"))
			.should()
			.dependOnClassesThat(resideInAnyPackage("org.springframework.web..", "org.springframework.http.."))
			.check(GATEWAY);
		noClasses().that()
			.resideInAnyPackage(rooms("request", "producer", "topic", "log", "read"))
			.and(not(nameMatching(".*(Controller|Api|Converter|QueryParameterCheck)(\\$.*)?")))
			.should()
			.dependOnClassesThat(resideInAnyPackage("org.springframework.web..", "org.springframework.http.."))
			.check(GATEWAY);
	}

	@Test
	void servletsStayAtTheDoor() {
		noClasses().that()
			.resideInAnyPackage(rooms("sequence", "process", "record", "statement", "store..", "bounds", "json",
					"commit", "relay", "retention", "ids"))
			.should()
			.dependOnClassesThat(resideInAPackage("jakarta.servlet.."))
			.check(GATEWAY);
	}

	/** So that a clock that is set back changes the times that are shown, and no more. */
	@Test
	void theTimeOfDayIsReadByTheseOnly() {
		assertThat(GATEWAY.stream()
			.filter((type) -> type.getDirectDependenciesFromSelf()
				.stream()
				.anyMatch((other) -> other.getTargetClass().isEquivalentTo(Clock.class)))
			.map((type) -> type.getName().substring(ROOT.length() + 1).replaceAll("\\$.*", ""))
			.distinct()).containsExactlyInAnyOrder(
					// has it
					"GatewayApplication",
					// times that are shown: of records, topics and producers, and the lag
					"commit.GroupTransaction", "topic.Topics", "producer.ProducerRegistry", "relay.RelayConfiguration",
					"relay.RelayLag",
					// how long records and ids are kept
					"retention.Retention", "retention.EarlierClock", "retention.ExpiredBatches",
					"retention.FirstBatches", "retention.ForgottenIds",
					// credentials that expire, and signatures of now
					"credential.AccessKeys", "credential.ValidKeys", "credential.CertificateAuthentication",
					"jwt.JwtConfiguration", "jwt.JwtCallers", "webhook.WebhookController",
					// compares it with PostgreSQL's
					"store.ClockWatch");
		noClasses().should().callMethodWhere(target(nameMatching("now|currentTimeMillis"))).check(GATEWAY);
		// a certificate has its end as a Date
		noClasses().that(not(nameMatching(".*\\.CertificateAuthentication")))
			.should()
			.dependOnClassesThat(nameMatching("java\\.util\\.(Date|Calendar)"))
			.check(GATEWAY);
	}

	/** A task that throws is never run again by an executor, which says nothing. */
	@Test
	void repeatedWorkIsPeriodic() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".process")
			.should()
			.callMethodWhere(
					target(nameMatching("scheduleWithFixedDelay|scheduleAtFixedRate|newSingleThreadScheduledExecutor")))
			.check(GATEWAY);
	}

	/**
	 * Repositories where it is cold, a {@code RoundTrip} where it is warm. A batch is
	 * marked as immutable; a group ends its transaction itself.
	 */
	@Test
	void theDatabaseIsAskedInTwoDialects() {
		noClasses().that()
			.resideOutsideOfPackages(rooms("statement", "store.."))
			.and(not(nameMatching(".*\\.(GroupTransaction|RecordBatch)")))
			.should()
			.dependOnClassesThat(resideInAnyPackage("org.hibernate..", "org.springframework.jdbc..",
					"jakarta.persistence.criteria.."))
			.orShould()
			.dependOnClassesThat(nameMatching("jakarta\\.persistence\\.(EntityManager|.*Query).*"))
			.orShould()
			.dependOnClassesThat(nameMatching("java\\.sql\\.(Connection|.*Statement)|javax\\.sql\\..*"))
			.check(GATEWAY);
	}

	/** {@link QueriesAsWritten} would have to parse them, to write an order into them. */
	@Test
	void queriesGetNoOrderFromTheCaller() {
		noMethods().that()
			.areDeclaredInClassesThat()
			.areAssignableTo(Repository.class)
			.should(haveRawParameterTypes(anyElementThat(
					assignableTo(Pageable.class).or(assignableTo(Sort.class)).or(assignableTo(ScrollPosition.class)))
				.as("an order or a page")))
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
		assertThat(packages).hasSizeGreaterThanOrEqualTo(15)
			.allSatisfy((room) -> assertThat(room.isAnnotatedWith(NullMarked.class)).as(room.getName()).isTrue());
	}

	private static String[] rooms(String... names) {
		return Stream.of(names).map((name) -> ROOT + "." + name).toArray(String[]::new);
	}

}
