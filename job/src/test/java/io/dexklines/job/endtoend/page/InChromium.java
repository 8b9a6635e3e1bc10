package io.dexklines.job.endtoend.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * A test of the page in a real browser. Each test has a browser context of its own, and the
 * browser's console must stay empty.
 */
abstract class InChromium {

    static final Duration PATIENCE = Duration.ofMinutes(2);
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration POLL = Duration.ofMillis(50);

    private static Chromium chromium;

    final List<String> console = new ArrayList<>();
    BrowserContext context;
    Page page;

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void closeBrowser() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void openContext() {
        openContext(new Browser.NewContextOptions().setViewportSize(1440, 900));
    }

    /** Replaces the context of the test. */
    void openContext(Browser.NewContextOptions options) {
        if (context != null) {
            closeContext();
        }
        context = chromium.browser().newContext(options);
        page = context.newPage();
        page.setDefaultTimeout(PATIENCE.toMillis());
        page.onConsoleMessage(
                message -> {
                    if (!List.of("log", "info").contains(message.type())
                            && !isOfTest(message.text())) {
                        console.add(message.text());
                    }
                });
        page.onPageError(console::add);
    }

    /** Returns whether the test itself, and not the page, makes the browser write a message. */
    boolean isOfTest(String message) {
        return false;
    }

    @AfterEach
    void nothingWentWrongInTheBrowser() {
        closeContext();
        assertThat(console).as("the browser's console").isEmpty();
    }

    /**
     * Closes the context. Its pages are left first: if a page still made requests, Playwright would
     * call the test's routes for them while the context closes, and answering from there fails.
     */
    void closeContext() {
        context.pages().forEach(each -> each.navigate("about:blank"));
        context.close();
    }

    /**
     * Waits until the expression is true. Playwright's own waiting evaluates text in the page,
     * which the page's policy forbids.
     */
    void awaitTrue(String expression) {
        awaitTrue(expression, null);
    }

    /** As above, for a function of one argument. */
    void awaitTrue(String expression, Object argument) {
        // JavaScript has doubles only
        Object known = argument instanceof Long number ? number.doubleValue() : argument;
        eventually()
                .alias(expression)
                .until(() -> Boolean.TRUE.equals(page.evaluate(expression, known)));
    }

    /** Polls in the same thread, because Playwright must be used from one thread. */
    static ConditionFactory eventually() {
        return await().pollInSameThread().pollInterval(POLL).atMost(PATIENCE);
    }

    boolean isTrue(String expression) {
        return Boolean.TRUE.equals(page.evaluate(expression));
    }

    JsonNode evaluate(String expression) {
        return parsed((String) page.evaluate("JSON.stringify(" + expression + ")"));
    }

    /** Runs the body of a function in which the module is {@code m}. */
    Object inModule(String module, String body) {
        return page.evaluate("import('/page/" + module + "').then(m => {" + body + "})");
    }

    static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
