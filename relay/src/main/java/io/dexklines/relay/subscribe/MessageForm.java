package io.dexklines.relay.subscribe;

import io.dexklines.relay.stream.FrameDeflater;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.Translation;

/** The form in which events are written to a connection. Immutable. */
final class MessageForm {

    /** One message for each event, with the payload only. */
    static final MessageForm RAW = new MessageForm(0, null);

    /** One message for each event, with the payload and the name of its stream. */
    static final MessageForm COMBINED = new MessageForm(1, null);

    /**
     * One message for each emission, with a line for each event: what a publisher sends. An event
     * has no frame of its own in this form.
     */
    static final MessageForm LINES = new MessageForm(0, null);

    /** The number of forms in which an event has a frame. */
    static final int FRAMES = 3;

    private final int index;
    private final Translation translation;

    private MessageForm(int index, Translation translation) {
        this.index = index;
        this.translation = translation;
    }

    /**
     * Returns the form of another protocol. All translations of a relay must return the same
     * messages, since the recipients share them.
     */
    static MessageForm translated(Translation translation) {
        return new MessageForm(2, translation);
    }

    /** Returns a number from 0 to {@value #FRAMES} - 1, equal for forms with equal frames. */
    int index() {
        return index;
    }

    boolean isTranslated() {
        return translation != null;
    }

    /**
     * Returns the frame of an event, which is shared. It is empty if the event has no message in
     * this form.
     *
     * @param deflater null for a frame that is not compressed
     */
    byte[] frame(StreamEvent event, FrameDeflater deflater) {
        if (translation != null) {
            return event.translatedFrame(translation, deflater);
        }
        boolean combined = this == COMBINED;
        if (deflater != null) {
            return event.deflatedFrame(combined, deflater);
        }
        return combined ? event.combinedFrame() : event.rawFrame();
    }
}
