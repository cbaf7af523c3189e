-- One row for each of the demo's 2,469 real households, numbered from 0: what the customers of the benchmark are made of.
-- Reads the demo's tables, nothing from `$as_of` on.
WITH
lines AS (
    SELECT household_id, basket_id, store_id, department, transaction_timestamp AS bought_at,
        sales_value_cents / 100.0::DOUBLE AS usd, coupon_disc_cents > 0 AS with_coupon,
        transaction_timestamp AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York' AS local_time
    FROM transactions LEFT JOIN products USING (product_id)
    WHERE transaction_timestamp < $as_of
),
bought AS (
    SELECT
        household_id,
        sum(usd) AS total_revenue,
        avg(with_coupon::INTEGER) AS coupon_share,
        avg((dayofweek(local_time) IN (0, 6))::INTEGER) AS weekend_share,
        avg((hour(local_time) >= 18)::INTEGER) AS evening_share,
        count(DISTINCT basket_id) AS baskets,
        count(DISTINCT store_id) AS stores,
        min(bought_at) AS first_purchase_at,
        max(bought_at) AS last_purchase_at
    FROM lines GROUP BY household_id
),
lately AS (
    SELECT household_id, count(DISTINCT product_id) AS products
    FROM transactions
    WHERE transaction_timestamp >= $as_of - INTERVAL 28 DAY AND transaction_timestamp < $as_of
    GROUP BY household_id
),
ranked AS (
    SELECT household_id, department, row_number() OVER (PARTITION BY household_id ORDER BY sum(usd) DESC, department) AS place
    FROM lines WHERE department IS NOT NULL AND department <> 'GROCERY' GROUP BY household_id, department
),
favourites AS (
    SELECT household_id, list(department ORDER BY place) FILTER (place <= 4) AS departments
    FROM ranked GROUP BY household_id
),
pauses AS (
    SELECT household_id, shopping_day - lag(shopping_day) OVER household AS pause_days
    FROM (SELECT DISTINCT household_id, local_time::DATE AS shopping_day FROM lines)
    WINDOW household AS (PARTITION BY household_id ORDER BY shopping_day)
),
churn AS (
    SELECT household_id, avg((pause_days < date_diff('day', last_purchase_at, $as_of))::INTEGER) AS churn_score
    FROM pauses JOIN bought USING (household_id)
    WHERE pause_days IS NOT NULL
    GROUP BY household_id
),
received AS (
    SELECT household_id, count(*) AS campaigns
    FROM campaigns JOIN campaign_descriptions USING (campaign_id)
    WHERE start_date < $as_of
    GROUP BY household_id
)
SELECT
    row_number() OVER (ORDER BY household_id) - 1 AS number,
    total_revenue, coupon_share, weekend_share, evening_share, baskets, stores,
    first_purchase_at, last_purchase_at,
    coalesce(products, 0) AS products,
    departments[1] AS department, departments,
    CASE
        WHEN total_revenue >= 5000 THEN 'VIP'
        WHEN first_purchase_at >= $as_of - INTERVAL 182 DAY THEN 'new'
        ELSE 'returning'
    END AS tier,
    CASE
        WHEN last_purchase_at >= $as_of - INTERVAL 28 DAY THEN 'active'
        WHEN last_purchase_at >= $as_of - INTERVAL 84 DAY THEN 'lapsing'
        ELSE 'inactive'
    END AS customer_status,
    churn_score, coalesce(campaigns, 0) AS campaigns, household_size, home_ownership = 'Homeowner' AS homeowner
FROM bought
LEFT JOIN churn USING (household_id)
LEFT JOIN received USING (household_id)
LEFT JOIN lately USING (household_id)
LEFT JOIN favourites USING (household_id)
LEFT JOIN demographics USING (household_id)
