-- The number of excluded entries by topic and reason, updated continuously.
SELECT topic, reason, COUNT(*) AS entries, MAX(excluded_at) AS latest
FROM trades_excluded
GROUP BY topic, reason;
