-- customer_features_view: one row a household, as a warehouse has its customers, from what was known before `$as_of` (a
-- timestamp in UTC without a zone). Reads the views `transactions`, `products`, `demographics`, `campaigns`,
-- `campaign_descriptions` and `coupon_redemptions`. docs/reference/demo.md tells what each column is.
-- A year is the 365 days before `$as_of`, a month the 28 days. The stores keep the time of America/New_York.
WITH
thresholds AS (
    SELECT
        28 AS active_days,             -- since the last purchase: customer_status is active below this
        84 AS lapsing_days             -- lapsing below this, else inactive
),
lines AS (
    SELECT
        household_id, basket_id, product_id, department, brand, sales_value_cents,
        retail_disc_cents + coupon_disc_cents + coupon_match_disc_cents AS saved_cents, coupon_disc_cents > 0 AS has_coupon,
        transaction_timestamp AS bought_at,
        (transaction_timestamp AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York')::DATE AS shopping_day,
        transaction_timestamp >= $as_of - INTERVAL 365 DAY AS of_year,
        transaction_timestamp >= $as_of - INTERVAL 28 DAY AS of_month
    FROM transactions LEFT JOIN products USING (product_id)
    WHERE transaction_timestamp < $as_of
),
households AS (
    SELECT
        household_id,
        min(bought_at) AS first_purchase_at,
        max(bought_at) AS last_purchase_at,
        date_diff('second', max(bought_at), $as_of) / 86400 AS recency_days,
        date_diff('second', min(bought_at), $as_of) / 86400 AS tenure_days,
        (max(shopping_day) - min(shopping_day)) / nullif(count(DISTINCT shopping_day) - 1, 0) AS interpurchase_days,
        count(DISTINCT basket_id) FILTER (of_year) AS baskets,
        count(DISTINCT shopping_day) FILTER (of_year) AS shopping_days,
        count(*) FILTER (of_year) AS receipt_lines,
        sum(sales_value_cents) FILTER (of_year) / 100.0::DOUBLE AS revenue_usd,
        coalesce(sum(sales_value_cents) FILTER (of_month), 0) / 100.0::DOUBLE AS revenue_28d_usd,
        sum(saved_cents) FILTER (of_year) / 100.0::DOUBLE AS saved_usd,
        count(DISTINCT product_id) FILTER (of_month) AS products_28d,
        count(DISTINCT department) FILTER (of_year) AS departments,
        avg(has_coupon::INTEGER) FILTER (of_year) AS coupon_share,
        avg((brand IS NOT DISTINCT FROM 'Private')::INTEGER) FILTER (of_year) AS store_brand_share
    FROM lines
    GROUP BY household_id
),
favourites AS (
    SELECT household_id, department AS favourite_department
    FROM lines
    WHERE of_year AND department <> 'GROCERY'
    GROUP BY household_id, department
    QUALIFY row_number() OVER (PARTITION BY household_id ORDER BY count(*) DESC, department) = 1
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
    household_id::VARCHAR AS customer_id,
    revenue_usd AS total_revenue,
    round(1 - exp(-recency_days / interpurchase_days), 4) AS churn_score,
    products_28d AS active_products_count,
    CASE
        WHEN recency_days < active_days THEN 'active'
        WHEN recency_days < lapsing_days THEN 'lapsing'
        ELSE 'inactive'
    END AS customer_status,
    first_purchase_at,
    last_purchase_at,
    round(recency_days, 2) AS recency_days,
    round(tenure_days, 2) AS tenure_days,
    round(interpurchase_days, 2) AS interpurchase_days,
    baskets AS basket_count,
    shopping_days AS shopping_day_count,
    revenue_28d_usd AS revenue_28d,
    round(revenue_usd / baskets, 2) AS average_basket_value,
    round(receipt_lines / baskets, 2) AS average_basket_lines,
    departments AS department_count,
    favourite_department,
    round(store_brand_share, 4) AS store_brand_share,
    round(saved_usd / nullif(revenue_usd + saved_usd, 0), 4) AS discount_share,
    round(coupon_share, 4) AS coupon_share,
    coalesce(coupons_redeemed, 0) AS coupons_redeemed,
    coalesce(campaigns_received, 0) AS campaigns_received,
    household_size,
    age AS age_band,
    income AS income_band,
    $as_of AS updated_at
FROM households
CROSS JOIN thresholds
LEFT JOIN favourites USING (household_id)
LEFT JOIN received USING (household_id)
LEFT JOIN redeemed USING (household_id)
LEFT JOIN demographics USING (household_id)
ORDER BY household_id
