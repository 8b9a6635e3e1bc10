package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the first example of the documentation: a public client of Binance, which knows nothing of
 * this relay, follows a pair. Skipped with a warning where there is no Node, or where npm cannot
 * install the client.
 */
@Timeout(120)
class BinanceClientITCase {

    private static final Logger LOG = LoggerFactory.getLogger(BinanceClientITCase.class);

    private static final String TOKEN = "the publishers' token";
    private static final String CLIENT = "binance-api-node@0.13.10";
    private static final int INSTALL_SECONDS = 60;
    private static final Path DOCUMENTATION = Path.of("../docs/websocket.md");

    @TempDir private static Path folder;

    @Test
    void theClientOfTheFirstExampleFollowsAPair() throws Exception {
        install();
        try (RelayServer relay =
                        RelayServer.start(
                                RelaySettings.builder(TOKEN).port(0).eventLoops(1).build());
                TestClient publisher =
                        TestClient.to(relay, "/publish")
                                .header("Authorization", "Bearer " + TOKEN)
                                .connect()) {
            publisher.send(kline("2270.5", 5, false));
            Files.writeString(
                    folder.resolve("example.js"),
                    example().replace("ws://localhost:8080", "ws://127.0.0.1:" + relay.port()));
            Process node = start("node", "example.js");
            try (BufferedReader out = node.inputReader(StandardCharsets.UTF_8)) {
                assertThat(nextLine(out))
                        .isEqualTo(
                                "1:0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640 1767960000000 2269.9 2270.5 5 false");

                publisher.send(kline("2271", 6, true));

                assertThat(nextLine(out))
                        .isEqualTo(
                                "1:0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640 1767960000000 2269.9 2271 6 true");
            } finally {
                node.destroyForcibly().waitFor();
            }
        }
    }

    private static void install() throws Exception {
        Files.writeString(folder.resolve("package.json"), "{\"private\":true}");
        try {
            Process npm =
                    start(
                            "npm",
                            "install",
                            "--prefer-offline",
                            "--ignore-scripts",
                            "--no-audit",
                            "--no-fund",
                            CLIENT);
            if (!npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
                npm.destroyForcibly().waitFor();
                skip("npm did not install " + CLIENT + " in time");
            }
            if (npm.exitValue() != 0) {
                skip("npm cannot install " + CLIENT);
            }
        } catch (IOException e) {
            skip("there is no npm");
        }
    }

    private static void skip(String why) {
        LOG.warn("the client of the first example is not tested: {}", why);
        abort(why);
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(new File(folder.toFile(), "errors"))
                .start();
    }

    private static String nextLine(BufferedReader out) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return out.readLine();
                            } catch (IOException e) {
                                return e.toString();
                            }
                        })
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** Returns the first example. */
    private static String example() throws IOException {
        Matcher example =
                Pattern.compile("```js\n(.*?)```", Pattern.DOTALL)
                        .matcher(Files.readString(DOCUMENTATION));
        assertThat(example.find()).isTrue();
        return example.group(1);
    }

    private static String kline(String close, int trades, boolean closed) {
        String pair = "1:0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640";
        return ("{\"stream\":\"%1$s@kline_1m\",\"data\":{\"e\":\"kline\",\"E\":1767960061234,\"s\":\"%1$s\",\"k\":"
                        + "{\"t\":1767960000000,\"T\":1767960059999,\"s\":\"%1$s\",\"i\":\"1m\",\"o\":\"2269.9\","
                        + "\"c\":\"%2$s\",\"n\":%3$d,\"x\":%4$b}}}")
                .formatted(pair, close, trades, closed);
    }
}
