package io.dexklines.trade;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The assignment of rows to the servers of a list: CRC-32 of {@code chain_id:address}, modulo the
 * number of servers. Rows of pairs go by the address of the pair, trades of wallets by that of the
 * wallet.
 *
 * <p>The assignment is published in {@code docs/scaling.md} and never changes: it decides where
 * rows that are stored already are looked for. When the number of servers doubles from n, a row of
 * server i stays there or moves to server i + n.
 */
public final class ServerHash {

    private ServerHash() {}

    /** Returns the hash, 0 to 2^32 - 1. MySQL has it too: {@code CRC32(CONCAT(…, ':', …))}. */
    public static long of(String chainId, String address) {
        CRC32 crc = new CRC32();
        crc.update((chainId + ':' + address).getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    /**
     * Returns the index of the server in its list.
     *
     * @param servers the number of servers, at least 1
     */
    public static int server(String chainId, String address, int servers) {
        return (int) (of(chainId, address) % servers);
    }
}
