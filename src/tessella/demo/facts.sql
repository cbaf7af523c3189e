-- One row a household: the demo's facts that no feature kind computes, as of `$as_of` (a timestamp in UTC without a
-- zone). A column is a declared feature; a NULL is no fact. Reads the views `transactions`, `demographics`, `campaigns`,
-- `campaign_descriptions` and `coupon_redemptions`, and nothing from `$as_of` on.
WITH
thresholds AS (
    SELECT
        5000 AS vip_usd,               -- spent in the last 365 days: 190 of the 2,469 households
        182 AS new_days,               -- since the first purchase: 75 households
        1.13 AS usd_per_eur,           -- the average rate of 2017, to two digits
        [
            'aries', 'taurus', 'gemini', 'cancer', 'leo', 'virgo', 'libra', 'scorpio', 'sagittarius', 'capricorn',
            'aquarius', 'pisces'
        ] AS signs
),
lines AS (
    SELECT household_id, basket_id, sales_value_cents, transaction_timestamp AS bought_at
    FROM transactions
    WHERE transaction_timestamp < $as_of
),
households AS (
    SELECT
        household_id,
        date_diff('second', min(bought_at), $as_of) / 86400 AS days_since_first,
        sum(sales_value_cents) FILTER (bought_at >= $as_of - INTERVAL 365 DAY) / 100.0::DOUBLE AS spent_usd,
        count(DISTINCT basket_id) FILTER (bought_at >= $as_of - INTERVAL 365 DAY) AS baskets
    FROM lines
    GROUP BY household_id
),
shopping_days AS (
    SELECT DISTINCT household_id, (bought_at AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York')::DATE AS shopping_day
    FROM lines
),
pauses AS (
    SELECT household_id, shopping_day - lag(shopping_day) OVER household AS pause_days
    FROM shopping_days
    WINDOW household AS (PARTITION BY household_id ORDER BY shopping_day)
),
silences AS (
    SELECT
        household_id,
        ($as_of AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York')::DATE - max(shopping_day) AS silent_days
    FROM shopping_days
    GROUP BY household_id
),
unusual AS (
    SELECT household_id, avg((pause_days < silent_days)::INTEGER) AS unusual_silence
    FROM pauses JOIN silences USING (household_id)
    WHERE pause_days IS NOT NULL
    GROUP BY household_id
),
received AS (
    SELECT household_id, count(*) AS campaigns_received
    FROM campaigns JOIN campaign_descriptions USING (campaign_id)
    WHERE start_date < $as_of
    GROUP BY household_id
),
redeemed AS (
    SELECT household_id, count(*) AS coupons_redeemed
    FROM coupon_redemptions
    WHERE redemption_date < $as_of
    GROUP BY household_id
)
SELECT
    household_id::VARCHAR AS subject_id,
    CASE
        WHEN spent_usd >= vip_usd THEN 'VIP'
        WHEN days_since_first < new_days THEN 'new'
        ELSE 'returning'
    END AS "user.tier",
    round(spent_usd / usd_per_eur, 2) AS "user.ltv_eur",
    round(spent_usd / baskets, 2) AS "user.average_basket_usd",
    round(unusual_silence, 4) AS "user.unusual_silence",
    coalesce(campaigns_received, 0) AS "user.campaigns_received",
    coalesce(coupons_redeemed, 0) AS "user.coupons_redeemed",
    household_size AS "user.household_size",
    -- an example for the scope daily_horoscopes: nobody's sign is known
    signs[1 + household_id % 12] AS "user.zodiac"
FROM households
CROSS JOIN thresholds
LEFT JOIN unusual USING (household_id)
LEFT JOIN received USING (household_id)
LEFT JOIN redeemed USING (household_id)
LEFT JOIN demographics USING (household_id)
ORDER BY household_id
