-- One item a product, in the columns of an item. Reads the views `products` and `transactions`.
-- The brand is the maker, whose name the data hide behind a number; the retailer's own goods are one brand. The price is
-- the median of what a piece cost in 2017; products that nobody bought have none. Coupons, deposits, fuel and the store's
-- own supplies are kept for the history of those who bought them, but are nothing to recommend.
SELECT
    product_id AS item_id,
    upper(kind[1]) || lower(kind[2:]) || coalesce(', ' || lower(package_size), '') AS name,
    CASE brand WHEN 'Private' THEN 'Store brand' ELSE 'Maker ' || manufacturer_id END AS brand,
    product_category AS category,
    price,
    to_json(list_filter([product_type], lambda tag: tag IS NOT NULL)) AS tags,
    '[]' AS regions,
    json_object('department', department, 'label', brand) AS properties,
    NOT (
        department IN ('FUEL', 'COUPON', 'MISCELLANEOUS', 'CHARITABLE CONT', 'CNTRL/STORE SUP')
        OR coalesce(product_category, '') SIMILAR TO 'COUPON.*|FUEL|NEWSPAPER|BOTTLE DEPOSITS|(DELI|MEAT|PROD) SUPPLIES'
    ) AS available,
    NULL AS available_from,
    NULL AS available_until,
    NULL AS embedding
FROM (SELECT *, coalesce(product_type, product_category, department) AS kind FROM products)
LEFT JOIN (
    SELECT product_id, round(median(sales_value_cents / quantity) / 100, 2) AS price
    FROM transactions
    WHERE quantity > 0
    GROUP BY product_id
) USING (product_id)
