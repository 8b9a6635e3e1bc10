package io.dexklines.chaos.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.chaos.watch.JobTimeline.Checkpoint;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class JobSamplerTest {

    @Test
    void aJobIsRunningWhenAllTasksOfAllVerticesAre() throws IOException {
        assertThat(JobSampler.isRunning(job("RUNNING", 2, 2))).isTrue();
        assertThat(JobSampler.isRunning(job("RUNNING", 2, 1))).isFalse();
        assertThat(JobSampler.isRunning(job("RESTARTING", 2, 2))).isFalse();
        assertThat(JobSampler.isRunning(json("{\"state\":\"RUNNING\",\"vertices\":[]}"))).isFalse();
    }

    @Test
    void readsCheckpointsThatHaveEnded() throws IOException {
        JsonNode answer =
                json(
                        """
                        {"counts":{"completed":1},"history":[
                         {"id":5,"status":"IN_PROGRESS","is_savepoint":false},
                         {"id":4,"status":"COMPLETED","is_savepoint":true,"latest_ack_timestamp":8},
                         {"id":3,"status":"FAILED","is_savepoint":false,"failure_timestamp":7},
                         {"id":2,"status":"COMPLETED","is_savepoint":false,"latest_ack_timestamp":6}
                        ]}""");

        assertThat(JobSampler.checkpoints("a", answer))
                .containsExactly(new Checkpoint("a", 3, false, 7), new Checkpoint("a", 2, true, 6));
    }

    private static JsonNode job(String state, int parallelism, int running) throws IOException {
        return json(
                """
                {"state":"%s","vertices":[
                 {"parallelism":1,"tasks":{"RUNNING":1,"INITIALIZING":0}},
                 {"parallelism":%d,"tasks":{"RUNNING":%d,"INITIALIZING":%d}}]}"""
                        .formatted(state, parallelism, running, parallelism - running));
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}
