// A client for the wallets of the relay, and for the follows of the user who is signed in.

/** An error response of the relay. */
export class FollowError extends Error {}

async function request(path, {method = 'GET', token, body, signal} = {}) {
    const headers = {};
    if (token) {
        headers.Authorization = `Bearer ${token}`;
    }
    if (body) {
        headers['Content-Type'] = 'application/json';
    }
    const response = await fetch(path, {
        method, headers, signal, body: body && JSON.stringify(body), cache: 'no-store',
    });
    const answer = await response.json().catch(() => null);
    if (!response.ok || answer === null) {
        throw new FollowError(answer?.msg ?? `${path}: ${response.status}`);
    }
    return answer;
}

/** Returns the trades, pairs and totals of a wallet, as `/api/wallet` has them. */
export function wallet({chainId, address}, limit, signal) {
    return request(`/api/wallet?${new URLSearchParams({chain_id: chainId, address, limit})}`, {signal});
}

const keyOf = ({chainId, address}) => `${chainId}:${address}`;

/** The follows of the user who is signed in. */
export class Follows {
    constructor() {
        this.user = null;
        this.features = null;
        this.forget();
    }

    /** @param user `{id, token}`, or null if nobody is signed in */
    setUser(user) {
        if (user?.id !== this.user?.id) {
            this.forget();
        }
        this.user = user;
    }

    forget() {
        this.byWallet = new Map();
        this.max = null;
        this.isLoaded = false;
    }

    /** Returns whether the relay takes follows at all. */
    async areOn() {
        this.features ??= await request('/api/features');
        return this.features.follows === true;
    }

    /** Loads the follows of the user, if somebody is signed in. */
    async load() {
        const user = this.user;
        if (!user) {
            return;
        }
        const {follows, max} = await request('/api/follows', {token: user.token});
        if (user.id === this.user?.id) {
            this.max = max;
            this.isLoaded = true;
            this.byWallet = new Map(follows.map(read).map(follow => [keyOf(follow), follow]));
        }
    }

    /** Returns the follow of a wallet; undefined if the user does not follow it. */
    of(wallet) {
        return this.byWallet.get(keyOf(wallet));
    }

    get list() {
        return [...this.byWallet.values()];
    }

    /** Makes the user follow a wallet with these conditions, of which those that are null do not limit. */
    async put({chainId, address}, {side, minUsd, maxUsd, cooldownSeconds}) {
        const body = {
            chain_id: chainId, address, side, min_usd: minUsd, max_usd: maxUsd, cooldown_s: cooldownSeconds,
        };
        const follow = read(await request('/api/follows', {method: 'PUT', token: this.user.token, body}));
        this.byWallet.set(keyOf(follow), follow);
    }

    /** Makes the user no longer follow a wallet. */
    async remove({chainId, address}) {
        const path = `/api/follows?${new URLSearchParams({chain_id: chainId, address})}`;
        await request(path, {method: 'DELETE', token: this.user.token});
        this.byWallet.delete(keyOf({chainId, address}));
    }
}

function read(follow) {
    return {
        chainId: follow.chain_id,
        address: follow.address,
        side: follow.side,
        minUsd: follow.min_usd,
        maxUsd: follow.max_usd,
        cooldownSeconds: follow.cooldown_s,
    };
}
