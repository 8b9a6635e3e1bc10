package io.dexklines.job.config;

import io.dexklines.secret.SecretReference;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.login.LoginException;
import javax.security.auth.spi.LoginModule;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/**
 * A login module that resolves a {@link SecretReference} and delegates to Kafka's own module. The
 * properties of a Kafka client are part of the job graph and of everything that stores it, so the
 * password is read only when a client logs in.
 *
 * <p>The class is public because JAAS creates it by name.
 */
public final class ReferencedPasswordLoginModule implements LoginModule {

    private static final String MECHANISM = "mechanism";
    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";

    private LoginModule login;

    /** Returns the value of {@code sasl.jaas.config} for the user. */
    public static String entry(KafkaSettings.Security security) {
        return String.format(
                "%s required %s=%s %s=%s %s=%s;",
                ReferencedPasswordLoginModule.class.getName(),
                MECHANISM,
                quoted(security.saslMechanism()),
                USERNAME,
                quoted(security.username()),
                PASSWORD,
                quoted(security.password().reference()));
    }

    @Override
    public void initialize(
            Subject subject,
            CallbackHandler callbackHandler,
            Map<String, ?> sharedState,
            Map<String, ?> options) {
        Map<String, Object> resolved = new HashMap<>(options);
        resolved.put(PASSWORD, new SecretReference(options.get(PASSWORD).toString()).resolve());
        login =
                "PLAIN".equals(options.get(MECHANISM))
                        ? new PlainLoginModule()
                        : new ScramLoginModule();
        login.initialize(subject, callbackHandler, sharedState, resolved);
    }

    @Override
    public boolean login() throws LoginException {
        return login.login();
    }

    @Override
    public boolean commit() throws LoginException {
        return login.commit();
    }

    @Override
    public boolean abort() throws LoginException {
        return login.abort();
    }

    @Override
    public boolean logout() throws LoginException {
        return login.logout();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
