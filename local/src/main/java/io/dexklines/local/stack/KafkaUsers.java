package io.dexklines.local.stack;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import io.dexklines.local.kafka.Brokers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/**
 * The users of a broker, each with a file of the password. All but the job have a properties file
 * for Kafka's clients too.
 *
 * @param folder the folder of the broker and of the files, absolute
 */
record KafkaUsers(Path folder) {

    static final String PROTOCOL = "SASL_PLAINTEXT";

    /** Tells the server no password, so it is safe with a stranger on the broker's port. */
    static final String MECHANISM = "SCRAM-SHA-512";

    private static final String EVERY = ResourcePattern.WILDCARD_RESOURCE;

    private static final String FOLLOWS = "smart-money-follows";

    /** What the job writes; a replay writes to topics of its own that begin so. */
    private static final List<String> OUTPUTS =
            List.of(
                    "trades-excluded",
                    "klines-refused",
                    "lists-refused",
                    "smart-money-notifications",
                    "smart-money-clusters");

    /** Returns the user who can do everything. The broker itself is this user too. */
    Login admin() {
        return Login.in(folder, "admin");
    }

    /** Returns the job's user, who can read all topics and write the job's. */
    Login job() {
        return Login.in(folder, "klines");
    }

    /** Returns the user who can publish to all topics, and read them. */
    Login producer() {
        return Login.in(folder, "producer");
    }

    /** Returns the relay's user, who can read and write the follows of users. */
    Login relay() {
        return Login.in(folder, "relay");
    }

    /** Returns the user of {@code klines verify}, who can read all topics. */
    Login verifier() {
        return Login.in(folder, "verify");
    }

    List<Login> all() {
        return List.of(admin(), job(), producer(), relay(), verifier());
    }

    /** Returns the properties file of a user for Kafka's clients. */
    Path clientFile(Login login) {
        return folder.resolve(login.user() + ".properties");
    }

    /** Returns the brokers, to which a client logs in as a user. */
    Brokers brokers(String bootstrapServers, Login login) {
        return Brokers.of(bootstrapServers, clientFile(login));
    }

    void writeClientFiles() throws IOException {
        for (Login login : List.of(admin(), producer(), relay(), verifier())) {
            StackFiles.writePrivate(
                    clientFile(login),
                    """
                    security.protocol=%s
                    sasl.mechanism=%s
                    sasl.jaas.config=%s
                    """
                            .formatted(PROTOCOL, MECHANISM, loginModule(login, "")));
        }
    }

    private String listenerSettings(String listener) {
        return """
        listener.name.%1$s.sasl.enabled.mechanisms=%2$s
        listener.name.%1$s.%3$s.sasl.jaas.config=%4$s
        listener.name.%1$s.%3$s.sasl.server.callback.handler.class=%5$s
        """
                .formatted(
                        listener,
                        MECHANISM,
                        MECHANISM.toLowerCase(Locale.ROOT),
                        loginModule(
                                admin(), " %s=%s".formatted(KafkaPasswords.FOLDER, quoted(folder))),
                        KafkaPasswords.class.getName());
    }

    /** Returns the settings of a broker whose listeners ask for a login. */
    String settings() {
        return """
        sasl.mechanism.inter.broker.protocol=%1$s
        sasl.mechanism.controller.protocol=%1$s
        authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
        super.users=User:%2$s
        """
                        .formatted(MECHANISM, admin().user())
                + listenerSettings("clients")
                + listenerSettings("controller");
    }

    /** Returns what the users may do. */
    List<AclBinding> rights() {
        List<AclBinding> rights = new ArrayList<>();
        for (Login reader : List.of(job(), producer(), verifier())) {
            rights.add(right(reader, READ, TOPIC, LITERAL, EVERY));
        }
        rights.add(right(job(), READ, GROUP, LITERAL, EVERY));
        rights.add(right(job(), WRITE, TRANSACTIONAL_ID, LITERAL, EVERY));
        rights.add(right(job(), DESCRIBE, TRANSACTIONAL_ID, LITERAL, EVERY));
        OUTPUTS.forEach(topic -> rights.add(right(job(), WRITE, TOPIC, PREFIXED, topic)));
        rights.add(right(producer(), WRITE, TOPIC, LITERAL, EVERY));
        rights.add(right(relay(), READ, TOPIC, LITERAL, FOLLOWS));
        rights.add(right(relay(), WRITE, TOPIC, LITERAL, FOLLOWS));
        rights.add(right(verifier(), DESCRIBE_CONFIGS, TOPIC, LITERAL, EVERY));
        rights.add(right(verifier(), DESCRIBE, GROUP, LITERAL, EVERY));
        // of Kafka's own command
        rights.add(right(verifier(), READ, GROUP, PREFIXED, "console-consumer"));
        return rights;
    }

    private static AclBinding right(
            Login login,
            AclOperation operation,
            ResourceType type,
            PatternType pattern,
            String name) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry(
                        "User:" + login.user(), "*", operation, AclPermissionType.ALLOW));
    }

    /** Returns a login for the file of properties, in which a backslash is written twice. */
    private static String loginModule(Login login, String more) {
        return "%s required username=%s password=%s%s;"
                .formatted(
                        ScramLoginModule.class.getName(),
                        quoted(login.user()),
                        quoted(login.password()),
                        more)
                .replace("\\", "\\\\");
    }

    private static String quoted(Object text) {
        return '"' + text.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
