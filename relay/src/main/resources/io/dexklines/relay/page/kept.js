// Settings that the browser keeps. Without storage, they last until the page is closed.

/** Returns the value that is kept under the key; undefined if there is none or it cannot be read. */
export function load(key) {
    try {
        return JSON.parse(localStorage.getItem(key)) ?? undefined;
    } catch {
        return undefined;
    }
}

/** Keeps a value that can be written as JSON. */
export function save(key, value) {
    try {
        localStorage.setItem(key, JSON.stringify(value));
    } catch {
        // the setting is lost on reload
    }
}
