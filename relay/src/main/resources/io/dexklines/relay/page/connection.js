// The live connection: one WebSocket to the relay, the streams that are wanted on it, and what state
// it is in.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
const HEARTBEAT_MS = 10_000;
const STALE_AFTER_MS = 5_000;
const LOST_AFTER_MS = 15_000;

/** Whoever leafs through charts asks less often than that: a relay drops those who ask without end. */
const BETWEEN_REQUESTS_MS = 400;

/**
 * How long to wait before the next try after `failures` in a row: twice as long each time, and
 * somewhere in the upper half of it, so that the readers of one relay do not come back all at once.
 */
export function waitMs(failures, random) {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
    return Math.round(longest * (0.5 + random / 2));
}

/**
 * Keeps a connection for as long as the page is open. States: `connecting`, `live`, `stale` (the relay
 * has not answered for a while), `waiting` (the next try is in `secondsLeft`).
 */
export class Connection {
    /**
     * @param url of the relay's combined streams
     * @param onMessage called with the name of a stream and what came on it
     * @param onState called with the state and the one before when it changes, and now and then while it is
     *     `waiting`, with the seconds that are left
     * @param onRefusal called with a stream and the relay's reason if it may not be read
     */
    constructor(url, {onMessage, onState, onRefusal}) {
        this.url = url;
        this.onMessage = onMessage;
        this.onState = onState;
        this.onRefusal = onRefusal;
        this.wanted = new Map();
        this.asked = new Set();
        this.waiting = new Map();
        this.askedLast = -Infinity;
        this.requests = new Map();
        this.requestId = 0;
        this.failures = 0;
        this.state = 'connecting';
        this.secondsLeft = 0;
        addEventListener('online', () => this.tryNow());
        document.addEventListener('visibilitychange', () => {
            if (!document.hidden) {
                this.tryNow();
            }
        });
        this.connect();
    }

    /**
     * Wants a stream, now and on every connection to come. Done when the relay has confirmed it, or when
     * there is no connection that it could do so on: what comes after is complete from here on.
     */
    subscribe(stream, token) {
        this.wanted.set(stream, token);
        if (!this.isOpen() || this.asked.has(stream)) {
            return Promise.resolve();
        }
        this.askSoon();
        return new Promise(confirmed => this.waiting.set(stream, confirmed));
    }

    unsubscribe(stream) {
        this.wanted.delete(stream);
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

    /** Asks for what is wanted and not asked for yet, and no more for what is no longer wanted. */
    ask() {
        if (!this.isOpen()) {
            return;
        }
        this.askedLast = performance.now();
        const unwanted = [...this.asked].filter(stream => !this.wanted.has(stream));
        if (unwanted.length > 0) {
            this.request('UNSUBSCRIBE', unwanted);
        }
        const more = [...this.wanted.keys()].filter(stream => !this.asked.has(stream));
        for (const [token, streams] of Map.groupBy(more, stream => this.wanted.get(stream))) {
            this.request('SUBSCRIBE', streams, token);
        }
        this.asked = new Set(this.wanted.keys());
    }

    /** Does not wait any longer, if it does. */
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
        this.heardAt = performance.now();
        this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS / 4);
        this.probedAt = this.heardAt;
        this.asked.clear();
        this.ask();
        this.enter('live');
    }

    request(method, params, token) {
        const id = ++this.requestId;
        this.requests.set(id, {method, params});
        const request = token ? {method, params, id, token} : {method, params, id};
        this.socket.send(JSON.stringify(request));
    }

    received(socket, text) {
        if (socket !== this.socket) {
            return;
        }
        this.heardAt = performance.now();
        this.failures = 0;
        if (this.state === 'stale') {
            this.enter('live');
        }
        const message = JSON.parse(text);
        if (message.stream) {
            this.onMessage(message.stream, message.data);
            return;
        }
        const asked = this.requests.get(message.id);
        this.requests.delete(message.id);
        if (asked?.method === 'SUBSCRIBE') {
            this.confirmed(asked.params);
            if (message.error) {
                this.refused(asked.params, message.error.msg);
            }
        }
    }

    refused(streams, reason) {
        for (const stream of streams) {
            this.wanted.delete(stream);
            this.asked.delete(stream);
            this.onRefusal(stream, reason);
        }
    }

    /**
     * A relay that has nothing to tell is silent, as a dead line is: it is asked now and then. (What
     * pings there are below, a page does not see.)
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
        } else if (now - this.heardAt > HEARTBEAT_MS && this.isOpen()) {
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
