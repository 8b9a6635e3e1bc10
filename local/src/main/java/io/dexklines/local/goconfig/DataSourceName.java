package io.dexklines.local.goconfig;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The address of a database as Go's MySQL driver reads it: {@code
 * user:password@tcp(host:port)/database?name=value&…}.
 *
 * @param user empty for none
 * @param password empty for none
 * @param address {@code host:port}; the port may be missing
 * @param parameters the decoded values by their names, in the order of the text
 */
record DataSourceName(
        String user,
        String password,
        String address,
        String database,
        Map<String, String> parameters) {

    private static final String DEFAULT_ADDRESS = "127.0.0.1:3306";

    /**
     * Parses an address. As in the driver, the last slash begins the database, and the last
     * {@code @} before it ends the password, which may therefore have both.
     *
     * @param where the key, for the message
     * @throws Refused if it has another form; the message does not repeat it
     */
    static DataSourceName parse(String where, String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 0) {
            throw new Refused(
                    where + " is not of the form user:password@tcp(host:port)/database?parameters");
        }
        String left = text.substring(0, slash);
        int at = left.lastIndexOf('@');
        String login = at < 0 ? "" : left.substring(0, at);
        int colon = login.indexOf(':');
        String right = text.substring(slash + 1);
        int question = right.indexOf('?');
        return new DataSourceName(
                colon < 0 ? login : login.substring(0, colon),
                colon < 0 ? "" : login.substring(colon + 1),
                address(where, left.substring(at + 1)),
                question < 0 ? right : right.substring(0, question),
                question < 0 ? Map.of() : parameters(where, right.substring(question + 1)));
    }

    private static String address(String where, String text) {
        int parenthesis = text.indexOf('(');
        String network = parenthesis < 0 ? text : text.substring(0, parenthesis);
        if (!network.isEmpty() && !network.equals("tcp")) {
            throw new Refused(
                    "%s does not use tcp(host:port): the job reaches MySQL by TCP only"
                            .formatted(where));
        }
        if (parenthesis < 0) {
            return DEFAULT_ADDRESS;
        }
        if (!text.endsWith(")")) {
            throw new Refused(where + " has no ) behind the address of its server");
        }
        String address = text.substring(parenthesis + 1, text.length() - 1);
        return address.isEmpty() ? DEFAULT_ADDRESS : address;
    }

    /**
     * Parses {@code name=value&name=value}.
     *
     * @throws Refused if a parameter is there twice or cannot be decoded
     */
    static Map<String, String> parameters(String where, String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : text.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value;
            try {
                value =
                        URLDecoder.decode(
                                equals < 0 ? "" : pair.substring(equals + 1),
                                StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new Refused("%s: the parameter %s has a wrong %%".formatted(where, name));
            }
            if (parameters.put(name, value) != null) {
                throw new Refused("%s has the parameter %s twice".formatted(where, name));
            }
        }
        return parameters;
    }
}
