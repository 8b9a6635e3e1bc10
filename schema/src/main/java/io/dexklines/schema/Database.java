package io.dexklines.schema;

import com.mysql.cj.conf.ConnectionUrlParser;
import com.mysql.cj.exceptions.CJException;
import com.mysql.cj.jdbc.MysqlDataSource;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/**
 * A database on one server, and a user who may change its tables.
 *
 * @param url {@code jdbc:mysql://host:port/database}, without credentials
 * @param user the user who may change tables
 * @param password the user's password; empty if the server asks for none
 */
public record Database(String url, String user, String password) {

    private static final int CONNECT_TIMEOUT_MS = 10_000;

    /**
     * The longest wait for a table that another transaction holds. All who come later wait too, so
     * it is short: shorter than the job's own.
     */
    private static final String LOCK_WAIT = "lock_wait_timeout=10";

    /**
     * @throws IllegalArgumentException if the URL is not one of MySQL, names no database, or
     *     contains credentials; the message does not contain the URL's parameters
     */
    public Database {
        ConnectionUrlParser parsed;
        Map<String, String> parameters;
        try {
            parsed = ConnectionUrlParser.parseConnectionString(url);
            parameters = parsed.getProperties();
        } catch (CJException e) {
            throw new IllegalArgumentException(withoutParameters(url) + " is not a URL of MySQL");
        }
        if (!url.startsWith("jdbc:mysql:")
                || parsed.getAuthority() == null
                || parsed.getPath() == null) {
            throw new IllegalArgumentException(
                    withoutParameters(url) + " must be like jdbc:mysql://host:3306/klines");
        }
        if (parsed.getAuthority().contains("@")
                || parameters.containsKey("user")
                || parameters.containsKey("password")) {
            throw new IllegalArgumentException(
                    "the URL must not contain credentials: use --mysql-user and --mysql-password");
        }
    }

    DataSource dataSource() throws SQLException {
        MysqlDataSource source = new MysqlDataSource();
        source.setUrl(url);
        source.setUser(user);
        source.setPassword(password);
        // the URL overrides both
        source.setConnectTimeout(CONNECT_TIMEOUT_MS);
        source.setSessionVariables(LOCK_WAIT);
        return source;
    }

    /** Returns the URL without parameters. */
    @Override
    public String toString() {
        return withoutParameters(url);
    }

    private static String withoutParameters(String url) {
        String address = url.contains("?") ? url.substring(0, url.indexOf('?')) : url;
        return address.replaceAll("//[^/@]*@", "//…@");
    }
}
