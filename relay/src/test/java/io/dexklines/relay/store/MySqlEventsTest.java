package io.dexklines.relay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.resume.PastEvent;
import io.dexklines.relay.resume.PastEvents;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The events of several servers as one page. */
class MySqlEventsTest {

    @Test
    void eventsOfAllServersAreInTheOrderOfTheirIdsAndEachOnce() {
        PastEvents.Page page =
                MySqlEvents.merge(List.of(events(1, 4, 6), events(2, 4, 9)), 5, true);

        assertThat(page.events())
                .extracting(PastEvent::eventId)
                .containsExactly(1L, 2L, 4L, 6L, 9L);
        assertThat(page.isFull()).isFalse();
        assertThat(page.hasKnown()).isTrue();
    }

    @Test
    void aPageEndsWhereAServerMayHaveMore() {
        PastEvents.Page page =
                MySqlEvents.merge(
                        List.of(events(1, 2, 8), events(3, 4), events(5, 6, 7)), 3, false);

        assertThat(page.events())
                .extracting(PastEvent::eventId)
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(page.isFull()).isTrue();
    }

    @Test
    void serversWithoutEventsAreAnEmptyPage() {
        PastEvents.Page page = MySqlEvents.merge(List.of(List.of(), List.of()), 3, false);

        assertThat(page).isEqualTo(new PastEvents.Page(List.of(), false, false));
    }

    private static List<PastEvent> events(long... ids) {
        return Arrays.stream(ids)
                .mapToObj(id -> new PastEvent(id, "id" + id, new byte[0]))
                .toList();
    }
}
