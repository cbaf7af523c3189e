-- One row a player and a day, as the game `test_game` reads them. Reads the views `transactions` and `products`.
-- The players are every third household under another name, and `test_player`, who has the days of household 13.
-- The stores keep the time of America/New_York.
WITH
lines AS (
    SELECT
        household_id, sales_value_cents, department,
        transaction_timestamp AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York' AS store_time
    FROM transactions LEFT JOIN products USING (product_id)
),
days AS (
    SELECT
        household_id,
        store_time::DATE AS "day",
        sum(sales_value_cents) / 100.0::DOUBLE AS spend_usd,
        avg((department IS NOT DISTINCT FROM 'FUEL')::INTEGER) AS fuel_share,
        count(*)::DOUBLE AS lines,
        count(DISTINCT department)::DOUBLE AS departments,
        avg(date_diff('second', store_time::DATE::TIMESTAMP, store_time)) / 3600 AS "hour"
    FROM lines
    GROUP BY household_id, store_time::DATE
)
SELECT 'player-' || household_id AS player_id, * EXCLUDE household_id FROM days WHERE household_id % 3 = 0
UNION ALL
SELECT 'test_player', * EXCLUDE household_id FROM days WHERE household_id = 13
ORDER BY player_id, "day"
