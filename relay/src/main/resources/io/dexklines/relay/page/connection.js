// The live connection: one WebSocket to the relay, its subscriptions and its state.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;

/** After this time without a message, the relay is asked whether it is there. */
const ASK_AFTER_MS = 2_000;

/** A request without an answer for this time makes the connection `stale`: within 5 s of the last message. */
const STALE_AFTER_MS = 2_250;
const BEAT_MS = 250;
const LOST_AFTER_MS = 15_000;

/** Minimum time between requests, since the relay disconnects clients that send too many. */
const BETWEEN_REQUESTS_MS = 400;

/**
 * Returns the time to wait before the next attempt after `failures` in a row. It doubles with each
 * failure and is randomly reduced by up to half, so that clients do not reconnect all at once.
 */
export function waitMs(failures, random) {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
    return Math.round(longest * (0.5 + random / 2));
}

/**
 * A connection that reconnects for as long as the page is open. States: `connecting`, `live`, `stale`
 * (the relay has not answered for a while), `waiting` (the next attempt is in `secondsLeft`).
 */
export class Connection {
    /**
     * @param url the URL of the relay's combined streams
     * @param onMessage called with the name of a stream and a message
     * @param onState called with the state, the previous state and the seconds left, when the state changes
     *     and regularly while it is `waiting`
     * @param onRefusal called with a stream and the relay's reason if the subscription is refused or ended,
     *     and whether it goes on with the token it had
     */
    constructor(url, {onMessage, onState, onRefusal}) {
        this.url = url;
        this.onMessage = onMessage;
        this.onState = onState;
        this.onRefusal = onRefusal;
        this.wanted = new Map();
        this.asked = new Map();
        this.waiting = new Map();

        /** The last event of each stream of events, from which it goes on after a reconnect. */
        this.lastEvents = new Map();
        this.askedLast = -Infinity;
        this.requests = new Map();
        this.requestId = 0;
        this.failures = 0;
        this.state = 'connecting';
        this.secondsLeft = 0;

        /** When the relay last sent something, in epoch milliseconds. */
        this.heardAtMs = Date.now();
        addEventListener('online', () => this.tryNow());
        document.addEventListener('visibilitychange', () => {
            if (!document.hidden) {
                this.tryNow();
            }
        });
        this.connect();
    }

    /**
     * Subscribes to a stream, on this and all future connections. The promise resolves when the relay has
     * confirmed the subscription, or immediately if there is no connection. Messages are complete from
     * then on. For a stream that is subscribed, another token renews the subscription: no message is
     * missing or there twice.
     */
    subscribe(stream, token) {
        this.wanted.set(stream, token);
        if (!this.isOpen() || this.hasAsked(stream)) {
            return Promise.resolve();
        }
        this.askSoon();
        return new Promise(confirmed => this.waiting.set(stream, confirmed));
    }

    /** Returns whether the stream is subscribed, or was asked for, with the wanted token. */
    hasAsked(stream) {
        return this.asked.has(stream) && this.asked.get(stream) === this.wanted.get(stream);
    }

    unsubscribe(stream) {
        this.wanted.delete(stream);
        this.lastEvents.delete(stream);
        this.confirmed([stream]);
        this.askSoon();
    }

    confirmed(streams) {
        for (const stream of streams) {
            this.waiting.get(stream)?.();
            this.waiting.delete(stream);
        }
    }

    askSoon() {
        clearTimeout(this.asking);
        this.asking = setTimeout(
            () => this.ask(), Math.max(0, this.askedLast + BETWEEN_REQUESTS_MS - performance.now()));
    }

    /** Sends the requests that make the subscriptions equal to the wanted streams. */
    ask() {
        if (!this.isOpen()) {
            return;
        }
        this.askedLast = performance.now();
        const unwanted = [...this.asked.keys()].filter(stream => !this.wanted.has(stream));
        if (unwanted.length > 0) {
            this.request('UNSUBSCRIBE', unwanted);
        }
        const more = [...this.wanted.keys()].filter(stream => !this.hasAsked(stream));
        for (const [token, streams] of Map.groupBy(more, stream => this.wanted.get(stream))) {
            const resumed = streams.filter(stream => this.lastEvents.has(stream) && !this.asked.has(stream));
            const others = streams.filter(stream => !resumed.includes(stream));
            if (others.length > 0) {
                this.request('SUBSCRIBE', others, token);
            }
            if (resumed.length > 0) {
                const since = Object.fromEntries(resumed.map(stream => [stream, this.lastEvents.get(stream)]));
                this.request('SUBSCRIBE', resumed, token, since);
            }
        }
        this.asked = new Map(this.wanted);
    }

    /** Reconnects immediately if the connection is `waiting`. */
    tryNow() {
        if (this.state === 'waiting') {
            this.connect();
        }
    }

    isOpen() {
        return this.socket?.readyState === WebSocket.OPEN;
    }

    connect() {
        clearInterval(this.countdown);
        const socket = new WebSocket(this.url);
        this.socket = socket;
        this.requests.clear();
        this.enter('connecting');
        const patience = setTimeout(() => this.lost(socket), LOST_AFTER_MS);
        socket.addEventListener('open', () => {
            clearTimeout(patience);
            this.opened();
        });
        socket.addEventListener('message', message => this.received(socket, message.data));
        socket.addEventListener('close', () => {
            clearTimeout(patience);
            this.lost(socket);
        });
    }

    opened() {
        this.heard();
        this.heartbeat = setInterval(() => this.beat(), BEAT_MS);
        this.probedAt = this.heardAt;
        this.asked.clear();
        this.ask();
        this.enter('live');
    }

    heard() {
        this.heardAt = performance.now();
        this.heardAtMs = Date.now();
    }

    request(method, params, token, since) {
        const id = ++this.requestId;
        const former = new Map(params.filter(stream => this.asked.has(stream))
            .map(stream => [stream, this.asked.get(stream)]));
        this.requests.set(id, {method, params, token, since, former});
        this.socket.send(JSON.stringify({method, params, id, token, since}));
    }

    received(socket, text) {
        if (socket !== this.socket) {
            return;
        }
        this.heard();
        this.failures = 0;
        if (this.state === 'stale') {
            this.enter('live');
        }
        const message = JSON.parse(text);
        if (message.data?.e === 'unsubscribed') {
            this.ended(message.stream, message.data.msg);
            return;
        }
        if (message.stream) {
            if (message.data.event_id) {
                this.lastEvents.set(message.stream, message.data.event_id);
            }
            this.onMessage(message.stream, message.data);
            return;
        }
        const asked = this.requests.get(message.id);
        this.requests.delete(message.id);
        if (asked?.method === 'SUBSCRIBE' && message.error && asked.since) {
            this.beginAnew(asked.params);
        } else if (asked?.method === 'SUBSCRIBE') {
            this.confirmed(asked.params);
            if (message.error) {
                this.refused(asked.params, message.error.msg, asked.former);
            } else {
                asked.params.filter(stream => this.wanted.has(stream))
                    .forEach(stream => this.asked.set(stream, asked.token));
            }
        }
    }

    /** Subscribes to streams that the relay cannot send from their last events on: the newest ones follow. */
    beginAnew(streams) {
        for (const stream of streams) {
            this.lastEvents.delete(stream);
            this.asked.delete(stream);
        }
        this.askSoon();
    }

    /** Forgets a stream that the relay has ended, unless another token for it is under way. */
    ended(stream, reason) {
        this.asked.delete(stream);
        const isRenewing = [...this.requests.values()]
            .some(request => request.method === 'SUBSCRIBE' && request.params.includes(stream));
        if (!isRenewing) {
            this.refused([stream], reason, new Map());
        }
    }

    /** Forgets streams, or their new tokens if they are subscribed with `former` ones. */
    refused(streams, reason, former) {
        for (const stream of streams) {
            const isKept = former.has(stream) && this.asked.has(stream);
            if (isKept) {
                this.wanted.set(stream, former.get(stream));
                this.asked.set(stream, former.get(stream));
            } else {
                this.wanted.delete(stream);
                this.asked.delete(stream);
            }
            this.onRefusal(stream, reason, isKept);
        }
    }

    /**
     * Sends a request if the relay has been silent, to tell an idle relay from a broken connection. (The
     * relay's pings are not visible to scripts.) Silence counts from the request, since a page in the background
     * may not have asked in time.
     */
    beat() {
        const now = performance.now();
        if (this.probedAt > this.heardAt) {
            const silentMs = now - this.probedAt;
            if (silentMs > LOST_AFTER_MS) {
                this.lost(this.socket);
            } else if (silentMs > STALE_AFTER_MS && this.state === 'live') {
                this.enter('stale');
            }
        } else if (now - this.heardAt > ASK_AFTER_MS && this.isOpen()) {
            this.probedAt = now;
            this.request('LIST_SUBSCRIPTIONS', []);
        }
    }

    lost(socket) {
        if (socket !== this.socket) {
            return;
        }
        this.socket = null;
        socket.close();
        clearInterval(this.heartbeat);
        this.confirmed([...this.waiting.keys()]);
        const wait = waitMs(this.failures++, Math.random());
        const until = performance.now() + wait;
        const tell = () => {
            const leftMs = until - performance.now();
            if (leftMs <= 0) {
                this.connect();
            } else {
                this.secondsLeft = Math.ceil(leftMs / 1000);
                this.enter('waiting');
            }
        };
        this.countdown = setInterval(tell, 250);
        tell();
    }

    enter(state) {
        const before = this.state;
        this.state = state;
        this.onState(state, before, this.secondsLeft);
    }
}
