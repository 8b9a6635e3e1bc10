package io.dexklines.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The MySQL servers of a setting: JDBC URLs separated by white space. Commas do not separate them,
 * because a URL of Connector/J may itself list hosts with commas.
 */
public final class JdbcUrls {

    private static final String PREFIX = "jdbc:mysql://";
    private static final String DEFAULT_PORT = ":3306";

    private JdbcUrls() {}

    /**
     * Returns the URLs in their order, at least one.
     *
     * @throws IllegalArgumentException if there is none, if one is not a URL of MySQL, if one has
     *     credentials, or if two name the same server and database. The message does not repeat
     *     credentials
     */
    public static List<String> parse(String text) {
        String list = text.strip();
        if (list.isEmpty()) {
            throw new IllegalArgumentException("is empty");
        }
        List<String> urls = new ArrayList<>();
        Set<String> servers = new HashSet<>();
        for (String url : list.split("\\s+")) {
            check(url);
            if (!servers.add(server(url))) {
                throw new IllegalArgumentException("the server of '" + url + "' is there twice");
            }
            urls.add(url);
        }
        return List.copyOf(urls);
    }

    /**
     * Checks that a JDBC URL of any database has no credentials.
     *
     * @throws IllegalArgumentException if it has some; the message does not repeat them
     */
    public static void refuseCredentials(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        if (lower.contains("@")
                || lower.contains("password")
                || lower.matches(".*[?&(,;]user=.*")) {
            throw new IllegalArgumentException(
                    "holds credentials, which have settings of their own; the value given is not"
                            + " repeated here");
        }
    }

    private static void check(String url) {
        refuseCredentials(url);
        if (!url.startsWith(PREFIX)) {
            throw new IllegalArgumentException("'" + url + "' does not begin with " + PREFIX);
        }
        if (url.endsWith(",") || url.lastIndexOf(PREFIX) > 0) {
            throw new IllegalArgumentException(
                    "'" + url + "' is not one URL: white space separates servers");
        }
    }

    /**
     * Returns the server and the database of a URL, by which two URLs are compared: without
     * parameters, with the host in lower case and the port.
     */
    public static String server(String url) {
        String address = url.substring(PREFIX.length()).replaceFirst("[?].*$", "");
        int slash = address.indexOf('/');
        String hosts = slash < 0 ? address : address.substring(0, slash);
        String database = slash < 0 ? "" : address.substring(slash);
        boolean needsPort = !hosts.matches(".*[(),].*|.*:\\d+");
        return hosts.toLowerCase(Locale.ROOT) + (needsPort ? DEFAULT_PORT : "") + database;
    }
}
