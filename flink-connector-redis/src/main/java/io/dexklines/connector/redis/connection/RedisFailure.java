package io.dexklines.connector.redis.connection;

import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.annotation.Internal;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What went wrong with a command, and what that means for it. Pure: decides by the text of the
 * answer or the kind of the exception alone.
 *
 * @param kind what to do about it
 * @param message what the server said, or what broke
 * @param cause the exception, for the log
 */
@Internal
public record RedisFailure(Kind kind, String message, Throwable cause) {

    /** What to do about a failure. */
    public enum Kind {
        /** The server cannot now: send again later. */
        RETRY,
        /** The connection is gone or leads to the wrong server: send again, on a new one. */
        RECONNECT,
        /** The slot lies on another node: ask where, and send again. */
        REDIRECTED,
        /** The server does not know the script by its digest: send its text. */
        SCRIPT_MISSING,
        /** The server will never carry out this command; others may pass. */
        COMMAND_REFUSED,
        /** The server does not let this client in, or do what it needs: nothing will pass. */
        CLIENT_REFUSED
    }

    /** First words of answers that pass with time, while the connection is good. */
    private static final Set<String> TEMPORARY =
            Set.of("LOADING", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "OOM", "MISCONF", "NOREPLICAS");

    /** First words of a server that is not, or no longer, the one to write to. */
    private static final Set<String> WRONG_SERVER = Set.of("READONLY", "MASTERDOWN");

    private static final Set<String> REDIRECTIONS = Set.of("MOVED", "ASK");

    private static final Set<String> NOT_LET_IN = Set.of("NOAUTH", "WRONGPASS", "NOPERM", "DENIED");

    /** Before version 7 the error inside a script stands behind the last of these in the answer. */
    private static final Pattern INSIDE_SCRIPT = Pattern.compile("@user_script: ?\\d+: -?");

    /** The failure that an error answer to a command means. */
    public static RedisFailure ofReply(String message, Throwable cause) {
        return new RedisFailure(kindOfReply(message), message, cause);
    }

    /**
     * The failure of commands that were sent, or about to be, when their connection broke. The
     * handshake of TLS takes place with the first of them, so it may be that which failed.
     */
    public static RedisFailure ofBrokenConnection(Throwable cause) {
        for (Throwable each : everything(cause)) {
            if (each instanceof GeneralSecurityException) {
                return new RedisFailure(Kind.CLIENT_REFUSED, "TLS: " + describe(each), cause);
            }
        }
        return new RedisFailure(Kind.RECONNECT, describe(cause), cause);
    }

    /**
     * The failure of commands for which no connection came about. A refusal by the server is about
     * the client then, not about a command.
     */
    public static RedisFailure ofConnecting(Throwable cause) {
        for (Throwable each : everything(cause)) {
            if (each instanceof JedisDataException) {
                Kind kind = kindOfReply(each.getMessage());
                boolean passes = kind == Kind.RETRY || kind == Kind.RECONNECT;
                return new RedisFailure(
                        passes ? Kind.RECONNECT : Kind.CLIENT_REFUSED, each.getMessage(), cause);
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
        if (WRONG_SERVER.contains(code)) {
            return Kind.RECONNECT;
        }
        if (REDIRECTIONS.contains(code)) {
            return Kind.REDIRECTED;
        }
        return NOT_LET_IN.contains(code) ? Kind.CLIENT_REFUSED : Kind.COMMAND_REFUSED;
    }

    private static String firstWord(String text) {
        int space = text.indexOf(' ');
        return space < 0 ? text : text.substring(0, space);
    }

    /** The most telling message: clients of Redis tend to wrap it in one that says nothing. */
    private static String describe(Throwable cause) {
        Throwable telling = cause;
        for (Throwable each : everything(cause)) {
            if (each.getMessage() != null && !(each instanceof JedisException)) {
                telling = each;
            }
        }
        return telling.getMessage() == null
                ? telling.getClass().getSimpleName()
                : telling.getClass().getSimpleName() + ": " + telling.getMessage();
    }

    private static Iterable<Throwable> everything(Throwable top) {
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
