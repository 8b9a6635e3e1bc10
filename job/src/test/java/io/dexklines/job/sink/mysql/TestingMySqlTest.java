package io.dexklines.job.sink.mysql;

/** Runs the contract against the database in memory. */
class TestingMySqlTest extends MySqlWriterContract {

    @Override
    Database database() {
        return new TestingMySql();
    }
}
