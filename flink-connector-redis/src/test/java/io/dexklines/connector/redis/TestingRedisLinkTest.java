package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisLink;

/** The link without a server keeps to what a link does. */
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
