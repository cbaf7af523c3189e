-- A row for each household and each campaign that it received: what was known at midnight (UTC) before the campaign began,
-- and whether the household redeemed any of its coupons. Reads the views `transactions`, `campaigns`,
-- `campaign_descriptions`, `coupons` and `coupon_redemptions`. Left out are campaigns that began before the purchases
-- have six weeks, or that end after them.
WITH
shown AS (
    SELECT household_id, campaign_id, campaign_type, start_date::TIMESTAMP AS began, end_date AS ended
    FROM campaigns JOIN campaign_descriptions USING (campaign_id)
    WHERE start_date >= DATE '2017-02-08' AND end_date <= DATE '2017-12-31'
),
redeemed AS (SELECT DISTINCT household_id, campaign_id FROM coupon_redemptions),
covered AS (SELECT DISTINCT campaign_id, product_id, true AS is_covered FROM coupons),
lines AS (
    SELECT
        household_id, campaign_id, basket_id, product_id, sales_value_cents / 100.0::DOUBLE AS usd, coupon_disc_cents > 0 AS has_coupon,
        coalesce(is_covered, false) AS is_covered, date_diff('second', transaction_timestamp, began) / 86400 AS days_ago
    FROM shown
    JOIN transactions USING (household_id)
    LEFT JOIN covered USING (campaign_id, product_id)
    WHERE transaction_timestamp < began
),
bought AS (
    SELECT
        household_id,
        campaign_id,
        min(days_ago) AS recency_days,
        max(days_ago) AS tenure_days,
        count(DISTINCT basket_id) AS baskets,
        count(DISTINCT basket_id) FILTER (days_ago <= 28) AS baskets_28d,
        count(DISTINCT basket_id) FILTER (days_ago <= 84) AS baskets_84d,
        sum(usd) AS spend,
        coalesce(sum(usd) FILTER (days_ago <= 28), 0) AS spend_28d,
        coalesce(sum(usd) FILTER (days_ago <= 84), 0) AS spend_84d,
        count(*) FILTER (days_ago <= 84) AS lines_84d,
        count(*) FILTER (days_ago <= 84 AND has_coupon) AS coupon_lines_84d,
        count(DISTINCT product_id) FILTER (days_ago <= 84 AND is_covered) AS covered_products_84d,
        count(*) FILTER (days_ago <= 84 AND is_covered) AS covered_lines_84d,
        coalesce(sum(usd) FILTER (days_ago <= 84 AND is_covered), 0) AS covered_spend_84d
    FROM lines
    GROUP BY household_id, campaign_id
),
earlier AS (
    SELECT
        now.household_id,
        now.campaign_id,
        count(DISTINCT before.campaign_id) AS received_before,
        count(DISTINCT redemption.campaign_id) AS redeemed_before,
        count(redemption.coupon_upc) AS coupons_before,
        min(date_diff('day', redemption_date, now.began)) AS days_since_redeemed
    FROM shown AS now
    LEFT JOIN (SELECT household_id, campaign_id, start_date FROM campaigns JOIN campaign_descriptions USING (campaign_id)) AS before
        ON before.household_id = now.household_id AND before.start_date < now.began
    LEFT JOIN coupon_redemptions AS redemption
        ON redemption.household_id = now.household_id AND redemption.campaign_id = before.campaign_id
        AND redemption_date < now.began
    GROUP BY now.household_id, now.campaign_id
)
SELECT
    household_id::VARCHAR AS household_id,
    campaign_type,
    epoch_us(began) AS began,
    ended,
    redeemed.household_id IS NOT NULL AS positive,
    bought.* EXCLUDE (household_id, campaign_id),
    covered_lines_84d / greatest(lines_84d, 1) AS covered_share,
    coupon_lines_84d / greatest(lines_84d, 1) AS coupon_share,
    earlier.* EXCLUDE (household_id, campaign_id),
    redeemed_before / greatest(received_before, 1) AS redeemed_share
FROM shown
JOIN bought USING (household_id, campaign_id)
JOIN earlier USING (household_id, campaign_id)
LEFT JOIN redeemed USING (household_id, campaign_id)
ORDER BY began, campaign_id, household_id
