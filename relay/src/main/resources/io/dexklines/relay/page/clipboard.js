// Copying of text.

/** Copies the text. Returns whether the browser permitted it. */
export async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        // browsers have no `clipboard` on pages without TLS
        return copySelected(text);
    }
}

function copySelected(text) {
    const focused = document.activeElement;
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'spoken';
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand('copy');
    field.remove();
    focused?.focus({preventScroll: true});
    return isCopied;
}
