package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisLink;

/** Tests the fake link against {@link RedisLinkContract}. */
class TestingRedisLinkTest extends RedisLinkContract {
    private final TestingRedisLink link = new TestingRedisLink();

    @Override
    RedisLink open() {
        return link;
    }

    @Override
    void forgetScripts() {
        link.forgetScripts();
    }

    @Override
    void stopServer() {
        link.stopServer();
    }

    @Override
    void startServer() {
        link.startServer();
    }
}
