-- One row a receipt line: the demo's events. Reads the views `transactions` and `products`.
-- The stores keep the time of America/New_York; `weekday` and `hour` are in that time.
-- Discounts of 0 and unknown departments are NULL, which the import leaves out of an event's properties.
SELECT
    basket_id || ':' || product_id AS event_id,
    household_id::VARCHAR AS subject_id,
    'purchase' AS event_type,
    transaction_timestamp AS occurred_at,
    product_id::VARCHAR AS item_id,
    sales_value_cents / 100.0::DOUBLE AS "value",
    basket_id::VARCHAR AS basket_id,
    store_id::VARCHAR AS store_id,
    quantity,
    nullif(retail_disc_cents, 0) / 100.0::DOUBLE AS retail_disc,
    nullif(coupon_disc_cents, 0) / 100.0::DOUBLE AS coupon_disc,
    nullif(coupon_match_disc_cents, 0) / 100.0::DOUBLE AS coupon_match_disc,
    department,
    product_category,
    brand,
    lower(dayname(store_time)) AS weekday,
    hour(store_time) AS "hour"
FROM (
    SELECT *, transaction_timestamp AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York' AS store_time
    FROM transactions
)
LEFT JOIN products USING (product_id)
ORDER BY household_id, transaction_timestamp, basket_id, product_id
