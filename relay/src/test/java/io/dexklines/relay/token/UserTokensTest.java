package io.dexklines.relay.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserTokensTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final TestTokens test = new TestTokens();

    // ---- what a token is

    @Test
    void aTokenOpensTheAlertsOfItsUserUntilItExpires() throws TokenRefusedException {
        String token = test.issue("alice");

        TokenGrant grant = test.tokens().verify("alice", token);

        assertThat(grant.userId()).isEqualTo("alice");
        assertThat(grant.issuedAt()).isEqualTo(test.now());
        assertThat(grant.expiresAt()).isEqualTo(test.now().plus(Duration.ofHours(1)));
        assertThat(refusal("bob", token)).isEqualTo(TokenRefusal.OTHER_USER);

        test.advance(Duration.ofHours(1).minus(SECOND));
        assertThat(test.tokens().refusalOf(grant)).isEmpty();
        assertThat(refusal("alice", token)).isNull();
        test.advance(SECOND);
        assertThat(test.tokens().refusalOf(grant)).contains(TokenRefusal.EXPIRED);
        assertThat(refusal("alice", token)).isEqualTo(TokenRefusal.EXPIRED);
    }

    @Test
    void aTokenSaysWhoseItIs() throws TokenRefusedException {
        String token = test.issue("alice");

        assertThat(test.tokens().verify(token).userId()).isEqualTo("alice");

        test.revocations("user alice " + test.now() + "\n");
        assertThat(test.tokens().reload()).isTrue();
        assertThatThrownBy(() -> test.tokens().verify(token))
                .isInstanceOf(TokenRefusedException.class)
                .hasMessage(TokenRefusal.REVOKED.message());
        assertThatThrownBy(() -> test.tokens().verify(null))
                .hasMessage(TokenRefusal.MISSING.message());
    }

    @Test
    void anIssuedTokenHasTheHeaderAndTheClaimsThatTheDocumentationNames() {
        DecodedJWT token = JWT.decode(test.issue("alice"));
        DecodedJWT another = JWT.decode(test.issue("alice"));

        assertThat(token.getAlgorithm()).isEqualTo("HS256");
        assertThat(token.getKeyId()).isEqualTo("old");
        assertThat(token.getClaims()).containsOnlyKeys("sub", "iat", "exp", "jti");
        assertThat(token.getSubject()).isEqualTo("alice");
        assertThat(token.getId()).isNotEqualTo(another.getId());
    }

    @Test
    void aTokenMadeWithoutTheLibraryIsAccepted() throws Exception {
        long now = test.now().getEpochSecond();
        String signed =
                base64("{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":\"old\"}")
                        + "."
                        + base64(
                                "{\"sub\":\"alice\",\"iat\":%d,\"exp\":%d,\"jti\":\"1\",\"role\":[]}"
                                        .formatted(now, now + 60));
        Mac hmac = Mac.getInstance("HmacSHA256");
        hmac.init(
                new SecretKeySpec(
                        "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8),
                        "HmacSHA256"));
        String signature =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(hmac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));

        assertThat(refusal("alice", signed + "." + signature)).isNull();
    }

    // ---- forgeries

    @Test
    void onlyHs256IsAccepted() throws Exception {
        String secret = "0123456789abcdef0123456789abcdef";
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var pair = generator.generateKeyPair();
        Algorithm rsa =
                Algorithm.RSA256(
                        (RSAPublicKey) pair.getPublic(), (RSAPrivateKey) pair.getPrivate());

        assertThat(refusal("alice", test.claims("alice").sign(Algorithm.none())))
                .isEqualTo(TokenRefusal.ALGORITHM);
        assertThat(refusal("alice", test.claims("alice").sign(Algorithm.HMAC512(secret))))
                .isEqualTo(TokenRefusal.ALGORITHM);
        assertThat(refusal("alice", test.claims("alice").sign(rsa)))
                .isEqualTo(TokenRefusal.ALGORITHM);
    }

    @Test
    void aTokenWhoseHeaderWasChangedToNoneIsRefused() {
        String payload = test.issue("alice").split("\\.")[1];

        for (String name : new String[] {"none", "None", "NONE", "nOnE"}) {
            String header = base64("{\"alg\":\"%s\",\"kid\":\"old\"}".formatted(name));
            assertThat(refusal("alice", header + "." + payload + "."))
                    .as(name)
                    .isEqualTo(TokenRefusal.ALGORITHM);
        }
    }

    @Test
    void aTokenOfAnUnknownKeyIsRefused() {
        Algorithm known = Algorithm.HMAC256("0123456789abcdef0123456789abcdef");

        assertThat(refusal("alice", test.claims("alice").withKeyId("other").sign(known)))
                .isEqualTo(TokenRefusal.UNKNOWN_KEY);
        assertThat(
                        refusal(
                                "alice",
                                JWT.create()
                                        .withSubject("alice")
                                        .withJWTId("1")
                                        .withIssuedAt(test.now())
                                        .withExpiresAt(test.now().plus(SECOND))
                                        .sign(known)))
                .as("without a kid")
                .isEqualTo(TokenRefusal.UNKNOWN_KEY);
    }

    @Test
    void aTokenSignedWithAnotherSecretIsRefused() {
        String forged =
                test.claims("alice").sign(Algorithm.HMAC256("another secret of 32 characters!"));

        assertThat(refusal("alice", forged)).isEqualTo(TokenRefusal.SIGNATURE);
    }

    @Test
    void anExtensionThatMustBeUnderstoodIsRefused() {
        String token =
                TestTokens.signed(
                        test.claims("alice").withHeader(Map.of("crit", new String[] {"x"})));

        assertThat(refusal("alice", token)).isEqualTo(TokenRefusal.MALFORMED);
    }

    @Test
    void aTokenWithAnyCharacterChangedIsRefused() {
        String token = test.issue("alice");
        // the last character has two bits that belong to no byte
        for (int index = 0; index < token.length() - 1; index++) {
            char changed = token.charAt(index) == 'A' ? 'B' : 'A';
            String forged = token.substring(0, index) + changed + token.substring(index + 1);

            assertThat(refusal("alice", forged)).as("character %d", index).isNotNull();
        }
    }

    @Test
    void anyTextIsRefusedWithAReason() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] claims = {"sub", "iat", "exp", "jti", "nbf", "aud", "iss"};
        String[] values = {
            "null",
            "{}",
            "[]",
            "\"x\"",
            "1e300",
            "-1e300",
            "9223372036854775807",
            "-1",
            "1.5",
            "\"\""
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder json = new StringBuilder("{");
            for (String claim : claims) {
                json.append('"').append(claim).append("\":");
                json.append(values[random.nextInt(values.length)]).append(',');
            }
            json.setCharAt(json.length() - 1, '}');
            String unsigned =
                    base64("{\"alg\":\"HS256\",\"kid\":\"old\"}") + "." + base64(json.toString());
            byte[] signature =
                    TokenKeys.parse(TestTokens.OLD_KEY)
                            .first()
                            .algorithm()
                            .sign(
                                    unsigned.split("\\.")[0].getBytes(StandardCharsets.UTF_8),
                                    unsigned.split("\\.")[1].getBytes(StandardCharsets.UTF_8));
            String token =
                    unsigned
                            + "."
                            + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);

            assertThat(refusal("alice", token)).as("seed %d: %s", seed, json).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b", "a.b.c", "wrong", "W10.W10.x"})
    void whatIsNoTokenIsRefused(String text) {
        assertThat(refusal("alice", text)).isEqualTo(TokenRefusal.MALFORMED);
    }

    @Test
    void aMissingAnOverlongAndAFormerTokenAreRefused() {
        assertThat(refusal("alice", null)).isEqualTo(TokenRefusal.MISSING);
        assertThat(
                        refusal(
                                "alice",
                                TestTokens.signed(
                                        test.claims("alice").withClaim("x", "y".repeat(4096)))))
                .isEqualTo(TokenRefusal.MALFORMED);
        // printf 42 | openssl dgst -sha256 -hmac 0123456789abcdef
        assertThat(
                        refusal(
                                "42",
                                "8d24a2a526d5f556469db8b6280e3a7b877a41155ca536be3a1f2a9d2be0eacd"))
                .isEqualTo(TokenRefusal.FORMER);
    }

    // ---- claims

    @Test
    void everyClaimIsNeeded() {
        for (String claim : new String[] {"sub", "iat", "exp", "jti"}) {
            assertThat(
                            refusal(
                                    "alice",
                                    TestTokens.signed(test.claims("alice").withNullClaim(claim))))
                    .as(claim)
                    .isEqualTo(TokenRefusal.CLAIMS);
        }
        assertThat(refusal("alice", TestTokens.signed(test.claims("alice").withJWTId(" "))))
                .isEqualTo(TokenRefusal.CLAIMS);
    }

    @Test
    void theIssuersClockMayBeAMinuteAhead() {
        Duration minute = Duration.ofSeconds(60);

        assertThat(
                        refusal(
                                "alice",
                                TestTokens.signed(
                                        test.claims("alice")
                                                .withIssuedAt(test.now().plus(minute)))))
                .isNull();
        assertThat(
                        refusal(
                                "alice",
                                TestTokens.signed(
                                        test.claims("alice")
                                                .withIssuedAt(
                                                        test.now().plus(minute).plus(SECOND)))))
                .isEqualTo(TokenRefusal.NOT_YET_VALID);
        assertThat(
                        refusal(
                                "alice",
                                TestTokens.signed(
                                        test.claims("alice")
                                                .withNotBefore(test.now().plus(minute)))))
                .isNull();
        assertThat(
                        refusal(
                                "alice",
                                TestTokens.signed(
                                        test.claims("alice")
                                                .withNotBefore(
                                                        test.now().plus(minute).plus(SECOND)))))
                .isEqualTo(TokenRefusal.NOT_YET_VALID);
    }

    @Test
    void aTokenThatIsValidForTooLongIsRefused() {
        var longest = test.claims("alice").withExpiresAt(test.now().plus(UserTokens.MAX_LIFETIME));
        var longer =
                test.claims("alice")
                        .withExpiresAt(test.now().plus(UserTokens.MAX_LIFETIME).plus(SECOND));

        assertThat(refusal("alice", TestTokens.signed(longest))).isNull();
        assertThat(refusal("alice", TestTokens.signed(longer))).isEqualTo(TokenRefusal.LIFETIME);
    }

    // ---- rotation and revocation

    @Test
    void aKeyIsReplacedWhileTokensOfBothAreValid() throws TokenRefusedException {
        String old = test.issue("alice");
        TokenGrant oldGrant = test.tokens().verify("alice", old);

        test.keys(TestTokens.NEW_KEY + TestTokens.OLD_KEY);
        assertThat(test.tokens().reload()).isTrue();
        String current = test.issue("alice");
        TokenGrant grant = test.tokens().verify("alice", current);
        assertThat(JWT.decode(current).getKeyId()).isEqualTo("new");
        assertThat(refusal("alice", old)).isNull();
        assertThat(test.tokens().refusalOf(oldGrant)).isEmpty();

        test.keys(TestTokens.NEW_KEY);
        assertThat(test.tokens().reload()).isTrue();
        assertThat(refusal("alice", old)).isEqualTo(TokenRefusal.UNKNOWN_KEY);
        assertThat(test.tokens().refusalOf(oldGrant)).contains(TokenRefusal.UNKNOWN_KEY);
        assertThat(test.tokens().refusalOf(grant)).isEmpty();
    }

    @Test
    void anotherSecretUnderAKnownIdIsAnotherKey() throws TokenRefusedException {
        TokenGrant grant = test.tokens().verify("alice", test.issue("alice"));

        test.keys("old: another-secret-of-32-characters--\n");
        assertThat(test.tokens().reload()).isTrue();

        assertThat(test.tokens().refusalOf(grant)).contains(TokenRefusal.UNKNOWN_KEY);
    }

    @Test
    void aUserATokenOrAllAreRevokedUpToATime() throws TokenRefusedException {
        TokenGrant alice = test.tokens().verify("alice", test.issue("alice"));
        TokenGrant bob = test.tokens().verify("bob", test.issue("bob"));

        test.revocations(Revocations.lineOfUser("alice", test.now().plusMillis(999)));
        assertThat(test.tokens().reload()).isTrue();
        assertThat(test.tokens().refusalOf(alice)).contains(TokenRefusal.REVOKED);
        assertThat(test.tokens().refusalOf(bob)).isEmpty();
        assertThat(refusal("alice", test.issue("alice")))
                .as("in the second of the revocation")
                .isEqualTo(TokenRefusal.REVOKED);
        test.advance(SECOND);
        assertThat(refusal("alice", test.issue("alice"))).as("a second later").isNull();

        test.revocations("token " + bob.tokenId() + "\n");
        assertThat(test.tokens().reload()).isTrue();
        assertThat(test.tokens().refusalOf(bob)).contains(TokenRefusal.REVOKED);
        assertThat(test.tokens().refusalOf(alice)).isEmpty();

        test.revocations("# everybody\nall 2026-01-31T12:00:00Z\n");
        assertThat(test.tokens().reload()).isTrue();
        assertThat(test.tokens().refusalOf(alice)).contains(TokenRefusal.REVOKED);
        assertThat(test.tokens().refusalOf(bob)).contains(TokenRefusal.REVOKED);
        assertThat(refusal("alice", test.issue("alice"))).isNull();
    }

    @Test
    void ofSeveralRevocationsOfAUserTheLatestCounts() throws TokenRefusedException {
        test.advance(Duration.ofSeconds(10));
        TokenGrant grant = test.tokens().verify("alice", test.issue("alice"));

        test.revocations("user alice 2026-01-31T12:00:10Z\nuser alice 2026-01-31T12:00:00Z\n");
        test.tokens().reload();

        assertThat(test.tokens().refusalOf(grant)).contains(TokenRefusal.REVOKED);
    }

    @Test
    void keysAndRevocationsThatCannotBeReadStayAsTheyWereAndDoNotStopEachOther()
            throws TokenRefusedException {
        String token = test.issue("alice");
        TokenGrant bob = test.tokens().verify("bob", test.issue("bob"));

        test.keys("");
        test.revocations("user bob 2026-01-31T12:00:00Z\n");
        assertThat(test.tokens().reload()).isFalse();
        assertThat(refusal("alice", token)).isNull();
        assertThat(test.tokens().refusalOf(bob)).contains(TokenRefusal.REVOKED);

        test.keys(TestTokens.NEW_KEY);
        test.revocations("user bob 2026-01-31T12:0");
        assertThat(test.tokens().reload()).isFalse();
        assertThat(refusal("alice", token)).isEqualTo(TokenRefusal.UNKNOWN_KEY);
        assertThat(refusal("bob", test.issue("bob"))).isEqualTo(TokenRefusal.REVOKED);

        test.revocations("");
        assertThat(test.tokens().reload()).isTrue();
        assertThat(refusal("bob", test.issue("bob"))).isNull();
    }

    /** Returns null if the token is accepted. */
    private TokenRefusal refusal(String userId, String token) {
        TokenRefusedException refused =
                catchThrowableOfType(
                        TokenRefusedException.class, () -> test.tokens().verify(userId, token));
        return refused == null ? null : refused.refusal();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
