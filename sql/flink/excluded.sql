-- How many entries of which topic the job did not count, and why; the counts grow.
SELECT topic, reason, COUNT(*) AS entries, MAX(excluded_at) AS latest
FROM trades_excluded
GROUP BY topic, reason;
