package io.dexklines.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of Redis in a setting, without credentials:
 *
 * <ul>
 *   <li>{@code redis://host:port/database}, one server; the database is 0 by default
 *   <li>{@code redis-sentinel://host:port,host:port/master}, the master that sentinels name
 *   <li>{@code redis-cluster://host:port,host:port}, a cluster of which some nodes are named
 * </ul>
 *
 * <p>{@code rediss}, {@code rediss-sentinel} and {@code rediss-cluster} use TLS. A port may be left
 * out.
 *
 * @param topology what the nodes are
 * @param nodes {@code host:port} of the server, the sentinels or some nodes of the cluster
 * @param master the name by which the sentinels know the master; null without sentinels
 * @param tls whether to use TLS, for the sentinels as well
 * @param database the number of the database; 0 unless it is a single server
 */
public record RedisUri(
        Topology topology, List<String> nodes, String master, boolean tls, int database) {

    /** The kinds of deployments. */
    public enum Topology {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    private static final int SERVER_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final int MAX_PORT = 65_535;

    private static final Pattern URI =
            Pattern.compile("redis(s?)(-sentinel|-cluster)?://([^/?#]*)(?:/([^/?#]*))?");

    /** A name, an IPv4 address, or an IPv6 address in brackets. */
    private static final Pattern NODE =
            Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");

    /**
     * Parses an address.
     *
     * @throws IllegalArgumentException if it is invalid or has credentials. The message begins with
     *     a verb or the quoted address, and does not repeat credentials
     */
    public static RedisUri parse(String text) {
        if (text.contains("@")) {
            throw new IllegalArgumentException(
                    "holds credentials, which have settings of their own; the value given is not"
                            + " repeated here");
        }
        Matcher uri = URI.matcher(text);
        if (!uri.matches()) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not of the form redis://host:port,"
                            + " redis-sentinel://host:port,host:port/master or"
                            + " redis-cluster://host:port,host:port, or rediss… for TLS");
        }
        boolean tls = !uri.group(1).isEmpty();
        String path = uri.group(4) == null ? "" : uri.group(4);
        if (uri.group(2) == null) {
            return new RedisUri(
                    Topology.STANDALONE,
                    nodes(text, uri.group(3), SERVER_PORT, 1),
                    null,
                    tls,
                    database(text, path));
        }
        if (uri.group(2).equals("-cluster")) {
            require(path.isEmpty(), text, "has a path; a cluster has only one database");
            List<String> nodes = nodes(text, uri.group(3), SERVER_PORT, Integer.MAX_VALUE);
            return new RedisUri(Topology.CLUSTER, nodes, null, tls, 0);
        }
        require(!path.isBlank(), text, "does not end with the name of the master, as in /master");
        List<String> nodes = nodes(text, uri.group(3), SENTINEL_PORT, Integer.MAX_VALUE);
        return new RedisUri(Topology.SENTINEL, nodes, path, tls, 0);
    }

    private static List<String> nodes(String uri, String text, int defaultPort, int limit) {
        List<String> nodes = new ArrayList<>();
        Set<String> found = new HashSet<>();
        for (String each : text.split(",", -1)) {
            Matcher node = NODE.matcher(each);
            require(node.matches(), uri, "has no host:port in '" + each + "'");
            int port = node.group(2) == null ? defaultPort : Integer.parseInt(node.group(2));
            require(port >= 1 && port <= MAX_PORT, uri, "has an illegal port in '" + each + "'");
            String address = node.group(1) + ':' + port;
            require(found.add(address), uri, "names " + address + " twice");
            nodes.add(address);
        }
        require(
                nodes.size() <= limit,
                uri,
                "names several servers; redis-cluster:// and redis-sentinel:// are for them");
        return List.copyOf(nodes);
    }

    private static int database(String uri, String path) {
        require(path.matches("\\d{0,6}"), uri, "has a path that is not the number of a database");
        return path.isEmpty() ? 0 : Integer.parseInt(path);
    }

    private static void require(boolean holds, String uri, String complaint) {
        if (!holds) {
            throw new IllegalArgumentException("'" + uri + "' " + complaint);
        }
    }

    /**
     * Checks the text in front of all keys.
     *
     * @return the prefix
     * @throws IllegalArgumentException if it has white space, or a brace: a hash tag would put all
     *     keys on one node of a cluster
     */
    public static String checkKeyPrefix(String prefix) {
        if (!prefix.matches("[^\\s{}]*")) {
            throw new IllegalArgumentException(
                    "'"
                            + prefix
                            + "' has white space or a brace, which no prefix of keys may have");
        }
        return prefix;
    }
}
