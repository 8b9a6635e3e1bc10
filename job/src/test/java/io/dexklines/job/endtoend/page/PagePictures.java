package io.dexklines.job.endtoend.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Takes the pictures in {@code docs/page} of a stack that runs, and counts the page's long tasks
 * and bytes. No build runs it; {@code CONTRIBUTING.md} says how to.
 *
 * <p>The system property {@code page.port} is the port of the stack's relay.
 */
class PagePictures extends InChromium {

    private static final Path FOLDER = Path.of("..", "docs", "page");

    private final int port = Integer.getInteger("page.port");

    private void open(int port, String hash) {
        page.navigate("http://127.0.0.1:" + port + "/" + hash);
        awaitTrue("window.klines?.candles.length > 0 && klines.connection === 'live'");
        awaitTrue("document.querySelectorAll('.alert').length > 0");
        settle();
    }

    /** Lets some trades arrive, so that all parts of the page are filled. */
    private void settle() {
        page.waitForTimeout(3_000);
    }

    private void reopen(ColorScheme scheme, int width, int height) {
        openContext(
                new Browser.NewContextOptions()
                        .setViewportSize(width, height)
                        .setColorScheme(scheme));
    }

    private void take(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(FOLDER.resolve(name + ".png")));
    }

    @Test
    void pictures() throws Exception {
        reopen(ColorScheme.DARK, 1400, 900);
        open(port, "");
        take("dark");
        for (String study : new String[] {"ma", "ema", "vwap", "rsi", "macd"}) {
            page.evaluate("document.querySelector('[data-study=" + study + "]').click()");
        }
        settle();
        take("indicators");

        reopen(ColorScheme.LIGHT, 1400, 900);
        open(port, "");
        take("light");
        String pair = (String) page.evaluate("klines.pair");
        page.locator("#shown [value=mcap]").click();
        settle();
        take("market-capitalisation");

        reopen(ColorScheme.DARK, 1400, 900);
        // a stack that is some hours old has as many candles of an hour as a young pair of minutes
        open(port, "#pair=" + pair + "&interval=1h");
        take("young-pair");
        page.locator(".alert a[href*=wallet]").first().click();
        page.locator("#wallet-dialog .wallet-table").first().waitFor();
        settle();
        take("wallet");

        reopen(ColorScheme.DARK, 390, 844);
        open(port, "");
        take("phone");
        page.locator("#show-alerts").click();
        settle();
        take("phone-alerts");

        try (FreezableProxy proxy = FreezableProxy.to(port)) {
            reopen(ColorScheme.DARK, 1400, 900);
            open(proxy.port(), "");
            proxy.freeze();
            awaitTrue("document.querySelector('#connection').textContent === 'No answer'");
            take("frozen-relay");
            page.locator("#pair-list li:not([aria-selected=true])").first().click();
            awaitTrue("document.querySelector('#chart-note').dataset.state === 'failed'");
            take("frozen-relay-other-pair");
            closeContext();
        }
        // the browser logs requests without an answer
        console.clear();
    }

    @Test
    void longTasksAndBytes() {
        for (int run = 0; run < 3; run++) {
            reopen(ColorScheme.DARK, 1400, 900);
            open(port, "");
            Object transferred =
                    page.evaluate(
                            "performance.getEntriesByType('resource').filter(each =>"
                                    + " each.name.includes('/page/')).reduce((sum, each) => sum +"
                                    + " each.transferSize, 0)");
            Object tasks =
                    page.evaluate(
                            """
                            () => new Promise(done => {
                              const tasks = [];
                              new PerformanceObserver(list => list.getEntries()
                                  .forEach(task => tasks.push(Math.round(task.duration))))
                                  .observe({type: 'longtask'});
                              setTimeout(() => done(tasks.length + ' ' + tasks.join(' ')), 15_000);
                            })
                            """);
            System.out.printf(
                    "bytes of the page's files %s, long tasks in 15 s: %s%n", transferred, tasks);
        }
    }
}
