package io.dexklines.job.sink.mysql;

import io.dexklines.text.JdbcUrls;
import io.dexklines.trade.ServerHash;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The servers to which rows are written, and which of them a row goes to. A lane is one server,
 * named by its index. The number of a lane changes when the lists change, so it is never stored.
 *
 * <p>A row goes to its server of the list and, while a former list is given, to its server of that
 * list too.
 */
public final class MySqlLanes implements Serializable {

    private static final long serialVersionUID = 1L;

    private final ArrayList<String> urls;
    private final int formerServers;

    /** The lanes of a row by its server of the list and its server of the former list. */
    private final int[][][] lanes;

    /**
     * @param urls the URLs of the servers, at least one
     * @param formerUrls the URLs of the former servers; empty for none. A server of both lists is
     *     one lane, reached by its URL in {@code urls}
     */
    public MySqlLanes(List<String> urls, List<String> formerUrls) {
        this.urls = new ArrayList<>(urls);
        List<String> servers = new ArrayList<>(urls.stream().map(JdbcUrls::server).toList());
        int[] formerLanes = new int[formerUrls.size()];
        for (int i = 0; i < formerLanes.length; i++) {
            String server = JdbcUrls.server(formerUrls.get(i));
            if (!servers.contains(server)) {
                servers.add(server);
                this.urls.add(formerUrls.get(i));
            }
            formerLanes[i] = servers.indexOf(server);
        }
        this.formerServers = Math.max(1, formerLanes.length);
        this.lanes = new int[urls.size()][formerServers][];
        for (int lane = 0; lane < urls.size(); lane++) {
            for (int former = 0; former < formerServers; former++) {
                int formerLane = formerLanes.length == 0 ? lane : formerLanes[former];
                lanes[lane][former] =
                        lane == formerLane ? new int[] {lane} : new int[] {lane, formerLane};
            }
        }
    }

    /** Returns the URL of each lane: those of the list in its order, then the other former ones. */
    public List<String> urls() {
        return List.copyOf(urls);
    }

    /**
     * Returns the lanes of the rows with a key that begins with the two columns: one lane, or two
     * different ones with that of the list first. The caller must not change the array.
     *
     * @param address the address of the pair; of the wallet for trades of smart-money wallets
     */
    public int[] lanesOf(String chainId, String address) {
        long hash = ServerHash.of(chainId, address);
        return lanes[(int) (hash % lanes.length)][(int) (hash % formerServers)];
    }
}
