package io.dexklines.relay.store;

/**
 * The address of a store and the account to log in with.
 *
 * @param user null for none
 * @param password null for none; never part of {@link #toString}
 */
public record StoreAddress(String url, String user, String password) {

    /**
     * @throws IllegalArgumentException if the URL contains credentials, since URLs are logged
     */
    public StoreAddress {
        if (url.matches("(?i).*(//[^/?]*@|[?&(,]password[0-9]*=).*")) {
            throw new IllegalArgumentException("the URL must not contain credentials");
        }
    }

    @Override
    public String toString() {
        return url + (user == null ? "" : " as " + user);
    }
}
