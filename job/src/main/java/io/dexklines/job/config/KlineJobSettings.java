package io.dexklines.job.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * Everything the job is told, read and checked once, before anything starts. {@link
 * KlineJobOptions} explains the keys.
 *
 * @param kafka how Kafka is reached, read and written
 * @param ingest what is read, and what of it is believed
 * @param klines what is computed
 * @param mysql the database; empty when nothing goes there
 * @param redis the cache; empty when nothing goes there
 * @param relay the relays; empty when nothing goes there
 * @param smartMoney whose trades are looked for; empty when nobody's are
 */
public record KlineJobSettings(
        KafkaSettings kafka,
        IngestSettings ingest,
        KlineSettings klines,
        Optional<MySqlSettings> mysql,
        Optional<RedisSettings> redis,
        Optional<RelaySettings> relay,
        Optional<SmartMoneySettings> smartMoney) {

    /**
     * The settings that the arguments of {@code main} describe.
     *
     * @param args {@code --config FILE}, a UTF-8 file of Java properties, and {@code --key value}
     *     or {@code --key=value}, which outrank the file
     * @throws IllegalArgumentException saying what is wrong in words for the person who typed it;
     *     the value of a secret is never repeated
     */
    public static KlineJobSettings load(String... args) {
        return of(GivenKeys.of(args));
    }

    /**
     * The settings that these keys and values describe.
     *
     * @throws IllegalArgumentException as {@link #load}
     */
    public static KlineJobSettings of(Map<String, String> values) {
        Map<String, String> trimmed = new LinkedHashMap<>();
        values.forEach(
                (key, value) -> {
                    GivenKeys.refuseUnknown(key);
                    trimmed.put(key, value.trim());
                });
        SettingsReader reader = new SettingsReader(Configuration.fromMap(trimmed));
        return new KlineJobSettings(
                reader.kafka(),
                reader.ingest(),
                reader.klines(),
                reader.mysql(),
                reader.redis(),
                reader.relay(),
                reader.smartMoney());
    }
}
