package io.dexklines.text;

import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * Tells which text can be shown to people as it is, and makes other text showable. Control
 * characters could control a terminal, bidirectional formatting could reorder the text around it,
 * and unpaired surrogates have no UTF-8 encoding.
 */
public final class PrintableText {

    private static final int REPLACEMENT = 0xFFFD;

    private PrintableText() {}

    /**
     * Returns whether the text has no control character, line or paragraph separator, bidirectional
     * formatting and unpaired surrogate.
     */
    public static boolean isPrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return text.codePoints().noneMatch(PrintableText::isUnsafe);
            }
        }
        return true;
    }

    /** Returns the text with U+FFFD instead of each character that cannot be shown. */
    public static String of(String text) {
        return isPrintable(text) ? text : of(text, Integer.MAX_VALUE);
    }

    /** Returns the first {@code maxCharacters} code points of {@link #of(String)}. */
    public static String of(String text, int maxCharacters) {
        if (text.length() <= maxCharacters && isPrintable(text)) {
            return text;
        }
        StringBuilder printable = new StringBuilder();
        text.codePoints()
                .limit(maxCharacters)
                .map(c -> isUnsafe(c) ? REPLACEMENT : c)
                .forEach(printable::appendCodePoint);
        return printable.toString();
    }

    /**
     * Returns a message as {@link #of(String)} does, but with its line feeds and tabs, which
     * messages of the program itself contain.
     */
    public static String ofMessage(String message) {
        if (isPrintable(message)) {
            return message;
        }
        StringBuilder printable = new StringBuilder(message.length());
        message.codePoints()
                .map(c -> c != '\n' && c != '\t' && isUnsafe(c) ? REPLACEMENT : c)
                .forEach(printable::appendCodePoint);
        return printable.toString();
    }

    /**
     * Returns a stream for a terminal, which prints text as {@link #ofMessage} has it. Bytes are
     * written as they are.
     */
    public static PrintStream stream(PrintStream terminal) {
        return new PrintStream(terminal, true, Charset.defaultCharset()) {
            @Override
            public void print(String text) {
                super.print(ofMessage(String.valueOf(text)));
            }

            @Override
            public void print(Object value) {
                print(String.valueOf(value));
            }
        };
    }

    /**
     * Returns valid JSON that means the same and can be shown: in strings, characters that cannot
     * be shown are escaped, and around tokens, white space is a space.
     *
     * @param json valid JSON, without escapes of unpaired surrogates
     */
    public static String ofJson(String json) {
        if (isPrintable(json)) {
            return json;
        }
        StringBuilder printable = new StringBuilder(json.length() + 16);
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < ' ') {
                // strings contain no raw control characters below U+0020
                printable.append(' ');
            } else if (!Character.isSurrogate(c) && isUnsafe(c)) {
                printable.append(String.format("\\u%04x", (int) c));
            } else {
                printable.append(c);
            }
        }
        return printable.toString();
    }

    private static boolean isUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    true;
            // the marks, embeddings, overrides and isolates of the bidirectional algorithm
            case Character.FORMAT ->
                    c == 0x061C
                            || c == 0x200E
                            || c == 0x200F
                            || c >= 0x202A && c <= 0x202E
                            || c >= 0x2066 && c <= 0x2069;
            default -> false;
        };
    }
}
