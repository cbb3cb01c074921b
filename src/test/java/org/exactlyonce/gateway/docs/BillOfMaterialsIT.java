package org.exactlyonce.gateway.docs;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The packaged jar says what it is made of, as SECURITY.md promises.
 */
class BillOfMaterialsIT {

	private static final String PLACE = "META-INF/sbom/application.cdx.json";

	private static final String LIBRARIES = "BOOT-INF/lib/";

	/** No dependency: Boot puts it in when it makes the jar. */
	private static final String TOOLS = "spring-boot-jarmode-tools-";

	@Test
	void listsEveryLibraryOfTheJar() throws IOException {
		try (JarFile jar = new JarFile(System.getProperty("packaged.jar"))) {
			JsonNode bill = bill(jar);
			assertThat(bill.get("bomFormat").asString()).isEqualTo("CycloneDX");
			assertThat(bill.at("/metadata/component/name").asString()).isEqualTo("exactly-once-gateway");
			Set<String> listed = bill.get("components")
				.values()
				.stream()
				.map((component) -> component.get("name").asString() + "-" + component.get("version").asString())
				.collect(Collectors.toSet());
			Set<String> libraries = jar.stream()
				.map(ZipEntry::getName)
				.filter((name) -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
				.map((name) -> name.substring(LIBRARIES.length(), name.length() - ".jar".length()))
				.filter((name) -> !name.startsWith(TOOLS))
				.collect(Collectors.toSet());
			assertThat(libraries).hasSizeGreaterThan(50);
			assertThat(listed).containsAll(libraries).noneMatch((name) -> name.startsWith("junit"));
		}
	}

	private static JsonNode bill(JarFile jar) throws IOException {
		ZipEntry entry = jar.getEntry(PLACE);
		if (entry == null) {
			assumeThat(System.getProperty("packaged.with")).as("a build with -o makes no bill of materials")
				.isEqualTo("offline=false");
		}
		assertThat(entry).as(PLACE).isNotNull();
		assertThat(jar.getManifest().getMainAttributes().getValue("Sbom-Location")).isEqualTo(PLACE);
		try (InputStream in = jar.getInputStream(entry)) {
			return JsonMapper.shared().readTree(in);
		}
	}

}
