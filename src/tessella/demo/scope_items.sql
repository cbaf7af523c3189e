-- What the demo's scopes show, in the columns of an item: a horoscope a sign of today and of the day before, and seven
-- notifications. They are examples: the study has none of them. `$as_of` is the moment of loading, a timestamp in UTC
-- without a zone: the horoscopes of today were approved then, the others 36 hours earlier.
WITH
signs AS (
    SELECT
        unnest(range(1, 13)) AS place,
        unnest([
            'aries', 'taurus', 'gemini', 'cancer', 'leo', 'virgo', 'libra', 'scorpio', 'sagittarius', 'capricorn',
            'aquarius', 'pisces'
        ]) AS sign
),
horoscopes AS (
    SELECT
        first_id + place AS item_id,
        upper(sign[1]) || sign[2:] || ending AS name,
        'Horoscopes' AS category,
        json_object(
            'scopes', ['daily_horoscopes'],
            'kind', 'horoscope',
            'zodiac', sign,
            'approved_at', strftime($as_of - to_hours(hours), '%Y-%m-%dT%H:%M:%SZ')
        ) AS properties
    FROM signs
    CROSS JOIN (VALUES (2000, ', today', 0), (2012, ', yesterday', 36)) AS days (first_id, ending, hours)
),
notifications AS (
    SELECT
        item_id,
        name,
        'Notifications' AS category,
        json_object('scopes', ['notifications'], 'kind', kind) AS properties
    FROM (
        VALUES
            (3001, 'Your order is ready to collect', 'order_update'),
            (3002, 'Your order was changed: one item is out of stock', 'order_update'),
            (3003, 'Your horoscope of today', 'horoscope'),
            (3004, 'A neighbour answered your question about sourdough', 'community'),
            (3005, 'Three new recipes in the group that you follow', 'community'),
            (3006, 'This week: coupons for the drugstore', 'promotion'),
            (3007, 'Double points on fuel until Sunday', 'promotion')
    ) AS told (item_id, name, kind)
)
SELECT
    item_id::VARCHAR AS item_id,
    name,
    NULL::VARCHAR AS brand,
    category,
    NULL::DOUBLE AS price,
    '[]' AS tags,
    '[]' AS regions,
    properties,
    true AS available,
    NULL::BIGINT AS available_from,
    NULL::BIGINT AS available_until,
    NULL::VARCHAR AS embedding
FROM (SELECT * FROM horoscopes UNION ALL SELECT * FROM notifications)
ORDER BY item_id
