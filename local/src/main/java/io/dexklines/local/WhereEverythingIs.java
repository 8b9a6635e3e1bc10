package io.dexklines.local;

import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.Stack;
import java.nio.file.Path;

/** The last words of {@code klines up}: addresses, and lines to try at once. */
final class WhereEverythingIs {

    private WhereEverythingIs() {}

    /**
     * @param pair to try the lines with: {@code chain_id:pair_addr}
     * @param howToStop the first words of a sentence
     */
    static String text(RunningStack stack, Path folder, String pair, String howToStop) {
        String webSocket = stack.relay().replaceFirst("^http", "ws");
        String token = EmbeddedRelay.userToken(folder.resolve("relay"), Stack.DEMO_USER);
        return """

        dex-klines is up. %s; its state stays in %s

          chart     %s  (the relay)
          Flink UI  %s
          MySQL     %s
          Redis     %s
          Kafka     %s

        Try:
          curl -s %s/healthz
          npx wscat -c '%s/stream?streams=%s@kline_1m'
          npx wscat -c '%s/stream?streams=%s@smartmoney'
          npx wscat -H 'Authorization: Bearer %s' -c '%s/stream?streams=user:%s@alerts'
          # the chart with the alerts of a user who follows some of the wallets:
          #   %s/#user=%s&token=%s
          %s -e 'SELECT * FROM kline ORDER BY open_time DESC LIMIT 5'
          %s list

        """
                .formatted(
                        howToStop,
                        folder,
                        stack.relay(),
                        stack.flink(),
                        stack.mysql(),
                        stack.redis(),
                        stack.kafka(),
                        stack.relay(),
                        webSocket,
                        pair,
                        webSocket,
                        pair.substring(0, pair.indexOf(':')),
                        token,
                        webSocket,
                        Stack.DEMO_USER,
                        stack.relay(),
                        Stack.DEMO_USER,
                        token,
                        stack.mysqlCommandLine(),
                        stack.flinkCommandLine());
    }
}
