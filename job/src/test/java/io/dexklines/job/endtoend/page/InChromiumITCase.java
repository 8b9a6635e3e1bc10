package io.dexklines.job.endtoend.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Route;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the tests of the page rely on. */
class InChromiumITCase extends InChromium {

    @Test
    void aPageThatIsStillAskingIsClosed() {
        for (int round = 0; round < 10; round++) {
            AtomicInteger asked = new AtomicInteger();
            page.route(
                    "http://asked.test/**",
                    route -> {
                        asked.incrementAndGet();
                        route.request().headerValue("accept");
                        route.fulfill(new Route.FulfillOptions().setBody("<p>asking"));
                    });
            page.navigate("http://asked.test/");
            page.evaluate(
                    "() => { for (let i = 0; i < 8; i++) {"
                            + " const ask = () => fetch('/' + i).then(ask, () => {}); ask(); } }");
            page.waitForCondition(() -> asked.get() > 10);

            openContext(new Browser.NewContextOptions());
        }
        assertThat(console).isEmpty();
    }
}
