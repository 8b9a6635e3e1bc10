package io.dexklines.relay.subscribe;

import io.dexklines.relay.stream.StreamName;
import io.dexklines.relay.stream.Translation;
import java.util.Set;

/**
 * A path on which clients of another protocol subscribe. Their subscriptions are in the address,
 * they get translated messages, and what they send is ignored. All limits of subscribers apply.
 */
public interface ForeignSocket extends Translation {

    /** Returns the path, which begins with {@code /ws/}. */
    String path();

    /**
     * Returns the streams of klines that a client asks for, at least one.
     *
     * @param uri the target of its request, with the query
     * @throws IllegalArgumentException if the query is invalid
     */
    Set<StreamName> streams(String uri);
}
