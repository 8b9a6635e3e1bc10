package io.dexklines.job.endtoend.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The machine's own Chromium, headless and without requests to the outside. */
final class Chromium implements AutoCloseable {

    /** The environment variable with the path of a program that is not in the list below. */
    private static final String PROGRAM = "KLINES_CHROMIUM";

    private static final List<String> PROGRAMS =
            List.of(
                    "/usr/bin/chromium",
                    "/usr/bin/chromium-browser",
                    "/usr/bin/google-chrome",
                    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");

    private static final List<String> ARGUMENTS =
            List.of(
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--no-first-run");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /**
     * Starts Chromium.
     *
     * @param more arguments besides those of every test
     * @throws org.opentest4j.TestAbortedException if there is none, so that the tests are skipped
     * @throws AssertionError if there is none and the environment has {@code CI=true}
     */
    static Chromium start(String... more) {
        Path program = required(program(), Boolean.parseBoolean(System.getenv("CI")));
        Playwright playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(program)
                                        .setArgs(
                                                Stream.concat(ARGUMENTS.stream(), Stream.of(more))
                                                        .toList()));
        return new Chromium(playwright, browser);
    }

    private static Optional<Path> program() {
        return Stream.concat(
                        Stream.ofNullable(System.getenv(PROGRAM)).map(Path::of),
                        PROGRAMS.stream().map(Path::of))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Returns the program. Without one, the tests are skipped, or fail if they {@code mustRun}. */
    static Path required(Optional<Path> program, boolean mustRun) {
        if (program.isPresent()) {
            return program.get();
        }
        String message =
                "NO BROWSER: the tests of the page are skipped. Install Chromium, or name one in "
                        + PROGRAM;
        if (mustRun) {
            throw new AssertionError(message);
        }
        System.err.println("\n*** " + message + " ***\n");
        return Assumptions.abort(message);
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
