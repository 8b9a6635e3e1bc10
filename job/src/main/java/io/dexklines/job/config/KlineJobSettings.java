package io.dexklines.job.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * The settings of the job, read and checked once before anything starts. {@link KlineJobOptions}
 * explains the keys.
 *
 * @param kafka the Kafka cluster
 * @param ingest the topics of trades
 * @param klines the klines to compute
 * @param mysql the database; empty if the job does not write to one
 * @param redis the cache; empty if the job does not write to one
 * @param relay the relays; empty if the job does not publish
 * @param check the continuous check of the stores; empty if it is disabled
 * @param smartMoney the smart-money settings; empty if smart money is disabled
 */
public record KlineJobSettings(
        KafkaSettings kafka,
        IngestSettings ingest,
        KlineSettings klines,
        Optional<MySqlSettings> mysql,
        Optional<RedisSettings> redis,
        Optional<RelaySettings> relay,
        Optional<CheckSettings> check,
        Optional<SmartMoneySettings> smartMoney) {

    /**
     * Returns the settings that the arguments of {@code main} describe.
     *
     * @param args {@code --config FILE}, a UTF-8 file of Java properties, and {@code --key value}
     *     or {@code --key=value}, which override the file
     * @throws IllegalArgumentException if a setting is invalid, with a message that never contains
     *     the value of a secret
     */
    public static KlineJobSettings load(String... args) {
        return of(GivenKeys.of(args));
    }

    /**
     * Returns the settings that these keys and values describe.
     *
     * @throws IllegalArgumentException if a setting is invalid; see {@link #load}
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
                reader.check(),
                reader.smartMoney());
    }
}
