package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {

    @TempDir Path folder;

    @Test
    void migrationsAreOrderedByVersionAndOtherFilesAreIgnored() throws IOException {
        for (String name : new String[] {"V10__c.sql", "V2__b.sql", "V1__a.sql", "README.md"}) {
            Files.createFile(folder.resolve(name));
        }

        assertThat(Migrations.in(folder).keySet()).containsExactly(1, 2, 10);
    }

    @Test
    void aVersionMustBeUnique() throws IOException {
        Files.createFile(folder.resolve("V1__a.sql"));
        Files.createFile(folder.resolve("V01__b.sql"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Migrations.in(folder))
                .withMessageContaining("two migrations have version");
    }
}
