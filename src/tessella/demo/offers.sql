-- One event for each campaign that a household received, and one for the first coupon of it that the household redeemed,
-- in the columns of an event. Reads the views `campaigns`, `campaign_descriptions` and `coupon_redemptions`.
-- The offer is the kind of the campaign: of Type A the study does not say which coupons a household received. The
-- campaign is the decision that an acceptance belongs to. Campaigns of 2016 are left out: of no household anything was
-- known when they began. The study has days, and the stores keep the time of America/New_York: a campaign begins at
-- midnight, and a coupon is redeemed at noon.
WITH shown AS (
    SELECT household_id, campaign_id, lower(replace(campaign_type, ' ', '-')) AS offer_id, start_date
    FROM campaigns JOIN campaign_descriptions USING (campaign_id)
    WHERE start_date >= DATE '2017-01-01'
),
told AS (
    SELECT 'offer_shown' AS event_type, household_id, campaign_id, offer_id, start_date::TIMESTAMP AS store_time
    FROM shown
    UNION ALL
    SELECT
        'offer_accepted', household_id, campaign_id, any_value(offer_id),
        min(redemption_date)::TIMESTAMP + INTERVAL 12 HOUR
    FROM coupon_redemptions JOIN shown USING (household_id, campaign_id)
    GROUP BY household_id, campaign_id
)
SELECT
    event_type || ':' || campaign_id || ':' || household_id AS event_id,
    household_id::VARCHAR AS subject_id,
    event_type,
    epoch_us(store_time AT TIME ZONE 'America/New_York') AS occurred_at,
    offer_id AS item_id,
    NULL::DOUBLE AS "value",
    json_object('decision_id', 'campaign-' || campaign_id) AS properties
FROM told
ORDER BY household_id, occurred_at, event_type
