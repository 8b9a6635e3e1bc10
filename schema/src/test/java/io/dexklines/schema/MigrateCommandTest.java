package io.dexklines.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MigrateCommandTest {

    private static final Database DATABASE =
            new Database("jdbc:mysql://h:3306/klines?sslMode=REQUIRED", "admin", "canary");

    private final StringWriter err = new StringWriter();

    @Test
    void withoutAnUrlAndAStackThereIsNothingToMigrate() {
        assertThat(run()).isEqualTo(4);
        assertThat(err.toString()).startsWith("klines: no stack is up");
    }

    @Test
    void wrongOptionsAreRefusedBeforeAnythingIsChanged() {
        assertThat(run("--months", "-1")).isEqualTo(2);
        assertThat(run("--mysql-url", " ")).isEqualTo(2);
        assertThat(run("--mysql-url", "jdbc:postgresql://h/klines")).isEqualTo(2);
        assertThat(run("--mysql-url", "jdbc:mysql://h:3306")).isEqualTo(2);
        assertThat(run("--mysql-url", "jdbc:mysql:/klines")).isEqualTo(2);
        assertThat(run("--mysql-url", "jdbc:mysql://h/klines", "--mysql-password", "canary"))
                .isEqualTo(2);
        assertThat(run("--mysql-url", "jdbc:mysql://h/klines?password=canary")).isEqualTo(2);
        assertThat(run("--mysql-url", "jdbc:mysql://admin:canary@h/klines")).isEqualTo(2);
        assertThat(run("--mysql-url", "jdbc:mysql://h/klines?user=canary")).isEqualTo(2);
        assertThat(err.toString()).doesNotContain("canary");
        assertThat(run("--compatibility-views", "a`b")).isEqualTo(2);
        assertThat(run("--compatibility-views", "a", "--compatibility-chains", "devnet"))
                .isEqualTo(2);
        assertThat(run("--compatibility-views", "a", "--compatibility-chains", "-1")).isEqualTo(2);
        assertThat(run("--compatibility-views", "a", "--compatibility-address-case", "as-sent"))
                .isEqualTo(2);
        assertThat(run("--compatibility-views", "a", "--drop-compatibility-views", "a"))
                .isEqualTo(2);
    }

    @Test
    void eachServerHasALine() {
        assertThat(MigrateCommand.summary(DATABASE, result(false, List.of(), List.of())))
                .isEqualTo("jdbc:mysql://h:3306/klines: version 3");
        assertThat(
                        MigrateCommand.summary(
                                DATABASE,
                                result(
                                        true,
                                        List.of("V3 sink progress"),
                                        List.of("kline p2028_01"))))
                .isEqualTo(
                        "jdbc:mysql://h:3306/klines: version 3, adopted tables that were created by"
                                + " hand, applied V3 sink progress, made the partitions kline"
                                + " p2028_01");
    }

    @Test
    void chainsThatAreNoNumbersAreNamed() {
        assertThat(
                        MigrateCommand.summary(
                                DATABASE,
                                "views",
                                new CompatibilityViews.Result(
                                        108, List.of(1L, 56L), List.of("devnet", "testnet"))))
                .isEqualTo(
                        "jdbc:mysql://h:3306/klines: 108 views in views, of the chains 1, 56; not"
                                + " of devnet, testnet, which are no numbers");
    }

    private static SchemaMigration.Result result(
            boolean adopted, List<String> applied, List<String> partitions) {
        return new SchemaMigration.Result("3", adopted, applied, partitions);
    }

    private int run(String... arguments) {
        return new CommandLine(new MigrateCommand(Optional::empty))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
