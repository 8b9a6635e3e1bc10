package io.dexklines.job.source.trades;

import java.nio.charset.StandardCharsets;

/** A valid trade in the producers' JSON, at a given time. */
final class ValidTrade {

    static final long BLOCK_TIME = 1_704_412_823L;

    private ValidTrade() {}

    static String tradeAt(long blockTime) {
        return """
                {"chain_id":"56","pair_addr":"0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640",\
                "tx_hash":"0x0bb5e0dc","maker":"0x3fc91a3a","type":"sell","token_amount":"0.25",\
                "total_usd":"501","token_price_usd":"2004","block_time":%d}"""
                .formatted(blockTime);
    }

    static byte[] utf8(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
