// The colour theme, light or dark: that of the system unless the user has chosen one.

const KEY = 'klines.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

/** Returns `dark` or `light`. */
export function current() {
    return document.documentElement.dataset.theme;
}

/** Applies the theme, also when the system's theme changes. `changed` is called after each change. */
export function start(changed) {
    const apply = () => {
        document.documentElement.dataset.theme = stored() ?? (system.matches ? 'dark' : 'light');
    };
    apply();
    system.addEventListener('change', () => {
        apply();
        changed();
    });
}

/** Switches the theme, and stores it as the user's choice unless it equals the system's. */
export function toggle() {
    const theme = current() === 'dark' ? 'light' : 'dark';
    const isSystems = (theme === 'dark') === system.matches;
    try {
        if (isSystems) {
            localStorage.removeItem(KEY);
        } else {
            localStorage.setItem(KEY, theme);
        }
    } catch {
        // without storage the choice is lost on reload
    }
    document.documentElement.dataset.theme = theme;
}

function stored() {
    try {
        return localStorage.getItem(KEY);
    } catch {
        return null;
    }
}
