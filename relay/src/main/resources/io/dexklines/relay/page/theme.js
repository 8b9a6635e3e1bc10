// Light or dark: as the reader's system is, until the reader chooses.

const KEY = 'klines.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

/** `dark` or `light`. */
export function current() {
    return document.documentElement.dataset.theme;
}

/** Applies the theme now and whenever the system's changes; `changed` is called after each change. */
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

/** The other one, remembered as the reader's choice unless it is the system's anyway. */
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
        // a browser that keeps nothing forgets the choice
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
