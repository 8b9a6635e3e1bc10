// The token of a user, a JSON Web Token. The relay verifies it; the page only reads when it expires.

/** Returns when the token expires, in epoch milliseconds; null if it does not say. */
export function expiryMs(token) {
    try {
        const payload = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
        const {exp} = JSON.parse(atob(payload));
        return Number.isFinite(exp) ? exp * 1000 : null;
    } catch {
        return null;
    }
}
