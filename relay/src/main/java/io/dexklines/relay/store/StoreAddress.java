package io.dexklines.relay.store;

/**
 * Where a store is and who asks it.
 *
 * @param user null for none
 * @param password null for none; in no text of this object
 */
public record StoreAddress(String url, String user, String password) {

    /**
     * @throws IllegalArgumentException if the URL carries credentials: it is shown and logged
     */
    public StoreAddress {
        if (url.matches("(?i).*(//[^/?]*@|[?&(,]password[0-9]*=).*")) {
            throw new IllegalArgumentException("credentials do not belong into a URL");
        }
    }

    @Override
    public String toString() {
        return url + (user == null ? "" : " as " + user);
    }
}
