package io.dexklines.job.source.lists;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.fuzz.FuzzSeconds;
import io.dexklines.fuzz.Mutations;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.text.PrintableText;
import io.dexklines.trade.Identifier;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Parses mutated records of the lists; see {@link FuzzSeconds}. */
class ListRecordsFuzzTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ListRecords records = new ListRecords();

    @Provide
    Arbitrary<byte[]> keys() {
        return Mutations.of("list-keys.txt");
    }

    @Provide
    Arbitrary<byte[]> values() {
        return Mutations.of("list-values.jsonl");
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.OFF)
    @AddLifecycleHook(FuzzSeconds.class)
    void aRecordIsAChangeOrRefusedWithAReason(
            @ForAll("keys") byte[] key,
            @ForAll("values") byte[] value,
            @ForAll boolean ofWallets,
            @ForAll boolean tombstone)
            throws IOException {
        byte[] given = tombstone ? null : value;
        ListChange change;
        try {
            change = ofWallets ? records.wallet(key, given) : records.follow(key, given);
            if (!tombstone) {
                assertThat(change.wallet().chainId()).matches(Identifier::isValid);
                assertThat(change.wallet().address()).matches(Identifier::isValid);
                assertThat(change.userId()).matches(user -> ofWallets || Identifier.isValid(user));
                assertThat(change.label()).matches(PrintableText::isPrintable);
            }
        } catch (IllegalArgumentException e) {
            String refusal =
                    ListRecords.refusal(
                            new ConsumerRecord<>("lists", 0, 0, key, given), e.getMessage());
            assertThat(JSON.readTree(refusal).path("reason").asText()).isEqualTo(e.getMessage());
            change = ListChange.refused(refusal);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        change.write(new DataOutputStream(bytes));
        assertThat(
                        ListChange.read(
                                new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
                .isEqualTo(change);
    }
}
