package io.dexklines.connector.redis.connection;

import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The failure of a command, classified by the text of the error reply or by the type of the
 * exception.
 *
 * @param kind how to handle the failure
 * @param message the error reply, or a description of the exception
 * @param cause the exception; null if there is none
 */
public record RedisFailure(Kind kind, String message, Throwable cause) {

    /** How to handle a failure. */
    public enum Kind {
        /** The server cannot carry out the command at the moment: retry later. */
        RETRY,
        /** The server's memory is full, so that it carries out no command that needs more. */
        OUT_OF_MEMORY,
        /** The connection is lost or leads to the wrong server: retry on a new connection. */
        RECONNECT,
        /** The slot is on another node: refresh the slots and retry. */
        REDIRECTED,
        /** The server does not know the digest of the script: send the text. */
        SCRIPT_MISSING,
        /** The server will never carry out this command. Others may succeed. */
        COMMAND_REFUSED,
        /** The server denies access to this client, so that no command will succeed. */
        CLIENT_REFUSED
    }

    /** Codes of errors that are temporary and do not concern the connection. */
    private static final Set<String> TEMPORARY =
            Set.of("LOADING", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "MISCONF", "NOREPLICAS");

    /** Codes of errors from a server that is not, or no longer, the master. */
    private static final Set<String> WRONG_SERVER = Set.of("READONLY", "MASTERDOWN");

    private static final Set<String> REDIRECTIONS = Set.of("MOVED", "ASK");

    private static final Set<String> ACCESS_DENIED =
            Set.of("NOAUTH", "WRONGPASS", "NOPERM", "DENIED");

    /** Before Redis 7, the error inside a script follows the last match of this pattern. */
    private static final Pattern INSIDE_SCRIPT = Pattern.compile("@user_script: ?\\d+: -?");

    /** Classifies the error reply to a command. */
    public static RedisFailure ofReply(String message, Throwable cause) {
        return new RedisFailure(kindOfReply(message), message, cause);
    }

    /**
     * Classifies the loss of a connection. It may be a failed TLS handshake, which takes place when
     * the first command is sent.
     */
    public static RedisFailure ofBrokenConnection(Throwable cause) {
        for (Throwable each : withCauses(cause)) {
            if (each instanceof GeneralSecurityException) {
                return new RedisFailure(Kind.CLIENT_REFUSED, "TLS: " + describe(each), cause);
            }
        }
        return new RedisFailure(Kind.RECONNECT, describe(cause), cause);
    }

    /**
     * Classifies a failure to connect. An error reply concerns the client then, and not a command.
     */
    public static RedisFailure ofConnecting(Throwable cause) {
        for (Throwable each : withCauses(cause)) {
            if (each instanceof JedisDataException) {
                Kind kind = kindOfReply(each.getMessage());
                boolean temporary =
                        kind == Kind.RETRY || kind == Kind.OUT_OF_MEMORY || kind == Kind.RECONNECT;
                return new RedisFailure(
                        temporary ? Kind.RECONNECT : Kind.CLIENT_REFUSED, each.getMessage(), cause);
            }
        }
        return ofBrokenConnection(cause);
    }

    private static Kind kindOfReply(String message) {
        String text = message == null ? "" : message;
        String code = firstWord(text);
        if (code.equals("ERR")) {
            if (text.contains("max number of clients reached")) {
                return Kind.RECONNECT;
            }
            Matcher inside = INSIDE_SCRIPT.matcher(text);
            while (inside.find()) {
                code = firstWord(text.substring(inside.end()));
            }
        }
        if (code.equals("NOSCRIPT")) {
            return Kind.SCRIPT_MISSING;
        }
        if (TEMPORARY.contains(code)) {
            return Kind.RETRY;
        }
        if (code.equals("OOM")) {
            return Kind.OUT_OF_MEMORY;
        }
        if (WRONG_SERVER.contains(code)) {
            return Kind.RECONNECT;
        }
        if (REDIRECTIONS.contains(code)) {
            return Kind.REDIRECTED;
        }
        return ACCESS_DENIED.contains(code) ? Kind.CLIENT_REFUSED : Kind.COMMAND_REFUSED;
    }

    private static String firstWord(String text) {
        int space = text.indexOf(' ');
        return space < 0 ? text : text.substring(0, space);
    }

    /** Returns the most specific message, because Jedis wraps exceptions in general ones. */
    private static String describe(Throwable cause) {
        Throwable specific = cause;
        for (Throwable each : withCauses(cause)) {
            if (each.getMessage() != null && !(each instanceof JedisException)) {
                specific = each;
            }
        }
        return specific.getMessage() == null
                ? specific.getClass().getSimpleName()
                : specific.getClass().getSimpleName() + ": " + specific.getMessage();
    }

    /** Returns the exception with its causes and suppressed exceptions, at most 100. */
    private static Iterable<Throwable> withCauses(Throwable top) {
        Deque<Throwable> found = new ArrayDeque<>();
        Deque<Throwable> open = new ArrayDeque<>();
        open.add(top);
        while (!open.isEmpty() && found.size() < 100) {
            Throwable next = open.poll();
            found.add(next);
            if (next.getCause() != null) {
                open.add(next.getCause());
            }
            for (Throwable suppressed : next.getSuppressed()) {
                open.add(suppressed);
            }
        }
        return found;
    }
}
