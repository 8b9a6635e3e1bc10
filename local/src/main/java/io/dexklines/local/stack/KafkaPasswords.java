package io.dexklines.local.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.scram.ScramCredentialCallback;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;

/**
 * Checks logins in the broker's process against the files of passwords. So the broker stores no
 * user, and a folder of data from a broker without logins can be used.
 *
 * <p>The class is public because Kafka creates it by name.
 */
public final class KafkaPasswords implements AuthenticateCallbackHandler {

    /** The option of the login module that names the folder of the files. */
    static final String FOLDER = "folder";

    private static final int ITERATIONS = 4_096;

    private final Map<String, ScramCredential> credentials = new HashMap<>();

    @Override
    public void configure(
            Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> logins) {
        Path folder = Path.of(logins.get(0).getOptions().get(FOLDER).toString());
        try {
            ScramFormatter formatter =
                    new ScramFormatter(ScramMechanism.forMechanismName(mechanism));
            for (Login login : new KafkaUsers(folder).all()) {
                credentials.put(
                        login.user(), formatter.generateCredential(login.password(), ITERATIONS));
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has " + mechanism, e);
        }
    }

    @Override
    public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
        String user = null;
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                user = name.getDefaultName();
            } else if (callback instanceof ScramCredentialCallback credential) {
                // null refuses the login
                credential.scramCredential(credentials.get(user));
            } else {
                throw new UnsupportedCallbackException(callback);
            }
        }
    }

    @Override
    public void close() {}
}
