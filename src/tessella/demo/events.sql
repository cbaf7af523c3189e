-- One event a receipt line, in the columns of an event. Reads the views `transactions` and `products`.
-- The stores keep the time of America/New_York; `weekday` and `hour` are in that time.
-- A property without a value is left out: a discount of 0, an unknown department.
SELECT
    basket_id || ':' || product_id AS event_id,
    household_id::VARCHAR AS subject_id,
    'purchase' AS event_type,
    epoch_us(transaction_timestamp) AS occurred_at,
    product_id::VARCHAR AS item_id,
    sales_value_cents / 100.0::DOUBLE AS "value",
    '{' || concat_ws(
        ',',
        '"basket_id":"' || basket_id || '"',
        '"store_id":"' || store_id || '"',
        '"quantity":' || quantity,
        '"retail_disc":' || nullif(retail_disc_cents, 0) / 100.0::DOUBLE,
        '"coupon_disc":' || nullif(coupon_disc_cents, 0) / 100.0::DOUBLE,
        '"coupon_match_disc":' || nullif(coupon_match_disc_cents, 0) / 100.0::DOUBLE,
        '"department":' || to_json(department),
        '"product_category":' || to_json(product_category),
        '"brand":' || to_json(brand),
        '"weekday":"' || lower(dayname(store_time)) || '"',
        '"hour":' || hour(store_time)
    ) || '}' AS properties
FROM (
    SELECT *, transaction_timestamp AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York' AS store_time
    FROM transactions
)
LEFT JOIN products USING (product_id)
ORDER BY household_id, transaction_timestamp, basket_id, product_id
