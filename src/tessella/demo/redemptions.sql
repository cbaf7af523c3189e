-- One row a household that received a campaign, with the variants of the banner that are rewarded for it: the types of
-- campaigns of which it redeemed a coupon. In an order that has nothing to do with the households. Reads the views
-- `campaigns`, `campaign_descriptions` and `coupon_redemptions`.
SELECT
    household_id::VARCHAR AS user_identifier,
    list_distinct(list(lower(replace(campaign_type, ' ', '-'))) FILTER (redemption_date IS NOT NULL)) AS rewarded
FROM campaigns
JOIN campaign_descriptions USING (campaign_id)
LEFT JOIN coupon_redemptions USING (household_id, campaign_id)
GROUP BY household_id
ORDER BY md5(household_id::VARCHAR)
