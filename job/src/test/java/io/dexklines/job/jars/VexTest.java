package io.dexklines.job.jars;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.deployment.RepositoryFiles;
import java.io.File;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What {@code vex.cdx.json} excuses is there, and says why and since when. */
class VexTest {

    /** The names of the jars that this build uses, without {@code .jar}. */
    private static final List<String> CLASS_PATH =
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(path -> new File(path).getName().replace(".jar", ""))
                    .toList();

    @Test
    void everyExcuseIsOfALibraryThatThisBuildUses() throws Exception {
        List<JsonNode> excuses = excuses();

        assertThat(excuses).isNotEmpty();
        for (JsonNode excuse : excuses) {
            String id = excuse.path("id").asText();
            assertThat(id).matches("CVE-\\d{4}-\\d+");
            assertThat(excuse.path("affects")).as(id).isNotEmpty();
            for (JsonNode affected : excuse.path("affects")) {
                String library = affected.path("ref").asText();
                assertThat(library).as(id).startsWith("pkg:maven/org.apache.flink/flink-shaded-");
                assertThat(CLASS_PATH)
                        .as(id)
                        .contains(library.replaceFirst(".*/", "").replace('@', '-'));
            }
        }
    }

    @Test
    void everyExcuseHasAReasonAndADate() throws Exception {
        for (JsonNode excuse : excuses()) {
            JsonNode analysis = excuse.path("analysis");
            assertThat(analysis.path("state").asText()).isEqualTo("not_affected");
            assertThat(analysis.path("justification").asText())
                    .isIn("code_not_reachable", "protected_at_perimeter");
            assertThat(analysis.path("detail").asText()).hasSizeGreaterThan(100);
            assertThat(analysis.path("firstIssued").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
            assertThat(analysis.path("lastUpdated").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        }
    }

    private static List<JsonNode> excuses() throws Exception {
        JsonNode file = new ObjectMapper().readTree(RepositoryFiles.text("vex.cdx.json"));
        return StreamSupport.stream(file.path("vulnerabilities").spliterator(), false).toList();
    }
}
