-- One item a product, in the columns of an item. Reads the views `products` and `transactions`.
-- The brand is the maker, whose name the data hide behind a number; the retailer's own goods are one brand. The price is
-- the median of what a piece cost in 2017; products that nobody bought have none. Coupons, deposits, fuel and the store's
-- own supplies are kept for the history of those who bought them, but are nothing to recommend.
-- A type that was cut off within a bracket ends before it. One that only says of what sort, cut or size something is comes
-- after the category: "Beef, lean".
-- The data do not say when a product came into the stores. One that nobody bought in the first quarter, and ten households
-- or more afterwards, is taken to be new with its first receipt; of all others nothing is said.
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
    CASE WHEN first_sold >= TIMESTAMP '2017-04-01' AND households >= 10 THEN epoch_us(first_sold) END AS available_from,
    NULL AS available_until,
    NULL AS embedding
FROM (
    SELECT
        *,
        CASE WHEN product_type IN (
            'ACTIVITY', 'ANGUS', 'ASCEPTIC', 'BARGAIN', 'BLENDS', 'BUTTS', 'CONTINUITY', 'COOKED', 'CUPS', 'DECOR', 'DRUMS',
            'DRY', 'ECONOMY', 'ENHANCED', 'EXTERNAL', 'FLANK', 'FLATS', 'FRESH', 'GRINDS', 'INTERNAL', 'KABOBS', 'KIDS',
            'KITS', 'LEAN', 'LOIN', 'MAINSTREAM', 'MARINATED', 'MICROWAVE', 'MISC', 'MISCELLANEOUS', 'NATURAL', 'OFFALS',
            'OTHER', 'OUTDOOR', 'PAILS', 'PANTRY', 'PATTIES', 'PRE-COOKED', 'PREMIUM', 'PRIMAL', 'PROMO', 'PROMOTIONAL',
            'QUARTS', 'RED', 'RIB', 'RIBS', 'SEASONAL', 'SEASONED', 'SKIRT', 'SPECIALTY', 'TABLETOP', 'THIGHS',
            'TRADITIONAL', 'TREATS', 'UTILITY', 'VALUE', 'WINGS'
        ) THEN product_category || ', ' || product_type
        ELSE regexp_replace(coalesce(spelt_out, product_category, department), '[ /-]*\([^()]*$', '') END AS kind
    FROM (
        SELECT
            * REPLACE (regexp_replace(package_size, '[ /-]*\([^()]*$', '') AS package_size),
            regexp_replace(
                replace(replace(replace(product_type, 'SFT DRNK', 'SOFT DRINKS'), 'SNGL SRV', 'SINGLE SERVE'), 'MLT-PK',
                'MULTI-PACK'), ' BTL CARB( INCL)?', ' BOTTLE'
            ) AS spelt_out
        FROM products
    )
)
LEFT JOIN (
    SELECT
        product_id,
        round(median(sales_value_cents / quantity) FILTER (quantity > 0) / 100, 2) AS price,
        min(transaction_timestamp) AS first_sold,
        count(DISTINCT household_id) AS households
    FROM transactions
    GROUP BY product_id
) USING (product_id)
