package io.dexklines.connector.redis.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

class RedisFailureTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RETRY           | LOADING Redis is loading the dataset in memory",
                "RETRY           | CLUSTERDOWN The cluster is down",
                "RETRY           | TRYAGAIN Multiple keys request during rehashing of slot",
                "RETRY           | BUSY Redis is busy running a script.",
                "OUT_OF_MEMORY   | OOM command not allowed when used memory > 'maxmemory'.",
                "RETRY           | MISCONF Redis is configured to save RDB snapshots",
                "RETRY           | NOREPLICAS Not enough good replicas to write.",
                "RECONNECT       | READONLY You can't write against a read only replica.",
                "RECONNECT       | MASTERDOWN Link with MASTER is down",
                "RECONNECT       | ERR max number of clients reached",
                "REDIRECTED      | MOVED 3999 127.0.0.1:6381",
                "REDIRECTED      | ASK 3999 127.0.0.1:6381",
                "SCRIPT_MISSING  | NOSCRIPT No matching script. Please use EVAL.",
                "COMMAND_REFUSED | WRONGTYPE Operation against a key holding the wrong kind",
                "COMMAND_REFUSED | CROSSSLOT Keys in request don't hash to the same slot",
                "COMMAND_REFUSED | ERR unknown command `ZAD`",
                "COMMAND_REFUSED | ERR value is not a valid float",
                "COMMAND_REFUSED | BUSYGROUP Consumer Group name already exists",
                "COMMAND_REFUSED | an unknown error",
                "CLIENT_REFUSED  | NOAUTH Authentication required.",
                "CLIENT_REFUSED  | WRONGPASS invalid username-password pair",
                "CLIENT_REFUSED  | NOPERM this user has no permissions to run the 'zadd' command"
            })
    void theFirstWordOfAReplyDecides(RedisFailure.Kind expected, String reply) {
        assertThat(RedisFailure.ofReply(reply, null).kind()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "COMMAND_REFUSED | WRONGTYPE Operation against a key",
                "COMMAND_REFUSED | -WRONGTYPE Operation against a key",
                "RECONNECT       | READONLY You can't write against a read only replica.",
                "OUT_OF_MEMORY   | -OOM command not allowed when used memory > 'maxmemory'.",
                "RECONNECT       | -READONLY You can't write against a read only replica.",
                "CLIENT_REFUSED  | -NOPERM this user has no permissions",
                "COMMAND_REFUSED | my own error"
            })
    void theErrorInsideAScriptDecides(RedisFailure.Kind expected, String inside) {
        String reply =
                "ERR Error running script (call to f_1234): @user_script:1: @user_script: 1: "
                        + inside;

        assertThat(RedisFailure.ofReply(reply, null).kind()).isEqualTo(expected);
    }

    @Test
    void anErrorReplyWhileConnectingConcernsTheClient() {
        JedisDataException noSuchDatabase = new JedisDataException("ERR DB index is out of range");

        assertThat(RedisFailure.ofConnecting(noSuchDatabase).kind())
                .isEqualTo(RedisFailure.Kind.CLIENT_REFUSED);
    }

    @Test
    void aWrongPasswordIsFoundAmongSuppressedExceptions() {
        JedisClusterOperationException wrapping =
                new JedisClusterOperationException("Could not initialize cluster slots cache.");
        wrapping.addSuppressed(new JedisAccessControlException("WRONGPASS invalid"));

        RedisFailure failure = RedisFailure.ofConnecting(wrapping);

        assertThat(failure.kind()).isEqualTo(RedisFailure.Kind.CLIENT_REFUSED);
        assertThat(failure.message()).isEqualTo("WRONGPASS invalid");
    }

    @Test
    void aLoadingServerIsRetried() {
        assertThat(RedisFailure.ofConnecting(new JedisDataException("LOADING wait")).kind())
                .isEqualTo(RedisFailure.Kind.RECONNECT);
    }

    @Test
    void anUnreachableServerIsRetriedAndTheMessageNamesTheCause() {
        JedisConnectionException unreachable =
                new JedisConnectionException("Failed to connect to x:1.");
        unreachable.addSuppressed(new ConnectException("Connection refused"));

        RedisFailure failure = RedisFailure.ofConnecting(unreachable);

        assertThat(failure.kind()).isEqualTo(RedisFailure.Kind.RECONNECT);
        assertThat(failure.message()).isEqualTo("ConnectException: Connection refused");
    }

    @Test
    void anUntrustedCertificateIsNotRetried() {
        SSLHandshakeException handshake = new SSLHandshakeException("PKIX path building failed");
        handshake.initCause(new CertificateException("no trusted certificate"));

        JedisConnectionException thrown = new JedisConnectionException("Failed", handshake);

        for (RedisFailure failure :
                List.of(
                        RedisFailure.ofConnecting(thrown),
                        RedisFailure.ofBrokenConnection(thrown))) {
            assertThat(failure.kind()).isEqualTo(RedisFailure.Kind.CLIENT_REFUSED);
            assertThat(failure.message())
                    .isEqualTo("TLS: CertificateException: no trusted certificate");
        }
    }

    @Test
    void aHandshakeThatTheOtherSideClosesIsRetried() {
        SSLHandshakeException handshake =
                new SSLHandshakeException("Remote host terminated the handshake");
        handshake.initCause(new EOFException("SSL peer shut down incorrectly"));

        assertThat(RedisFailure.ofConnecting(new JedisConnectionException("x", handshake)).kind())
                .isEqualTo(RedisFailure.Kind.RECONNECT);
    }
}
