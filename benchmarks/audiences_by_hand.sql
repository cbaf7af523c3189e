-- The 100 segments of audiences_workload.py as somebody who knows SQL writes them by hand: each condition once, the first
-- that holds, and two integers of bits. No generator of ours made this. DuckDB and Spark read it alike: 2e-2 is a float64
-- to both, where 0.02 would be a DECIMAL.
SELECT
  subject_id,
  CASE
    WHEN s0 THEN 0 WHEN s1 THEN 1 WHEN s2 THEN 2 WHEN s3 THEN 3 WHEN s4 THEN 4 WHEN s5 THEN 5
    WHEN s6 THEN 6 WHEN s7 THEN 7 WHEN s8 THEN 8 WHEN s9 THEN 9 WHEN s10 THEN 10 WHEN s11 THEN 11
    WHEN s12 THEN 12 WHEN s13 THEN 13 WHEN s14 THEN 14 WHEN s15 THEN 15 WHEN s16 THEN 16 WHEN s17 THEN 17
    WHEN s18 THEN 18 WHEN s19 THEN 19 WHEN s20 THEN 20 WHEN s21 THEN 21 WHEN s22 THEN 22 WHEN s23 THEN 23
    WHEN s24 THEN 24 WHEN s25 THEN 25 WHEN s26 THEN 26 WHEN s27 THEN 27 WHEN s28 THEN 28 WHEN s29 THEN 29
    WHEN s30 THEN 30 WHEN s31 THEN 31 WHEN s32 THEN 32 WHEN s33 THEN 33 WHEN s34 THEN 34 WHEN s35 THEN 35
    WHEN s36 THEN 36 WHEN s37 THEN 37 WHEN s38 THEN 38 WHEN s39 THEN 39 WHEN s40 THEN 40 WHEN s41 THEN 41
    WHEN s42 THEN 42 WHEN s43 THEN 43 WHEN s44 THEN 44 WHEN s45 THEN 45 WHEN s46 THEN 46 WHEN s47 THEN 47
    WHEN s48 THEN 48 WHEN s49 THEN 49 WHEN s50 THEN 50 WHEN s51 THEN 51 WHEN s52 THEN 52 WHEN s53 THEN 53
    WHEN s54 THEN 54 WHEN s55 THEN 55 WHEN s56 THEN 56 WHEN s57 THEN 57 WHEN s58 THEN 58 WHEN s59 THEN 59
    WHEN s60 THEN 60 WHEN s61 THEN 61 WHEN s62 THEN 62 WHEN s63 THEN 63 WHEN s64 THEN 64 WHEN s65 THEN 65
    WHEN s66 THEN 66 WHEN s67 THEN 67 WHEN s68 THEN 68 WHEN s69 THEN 69 WHEN s70 THEN 70 WHEN s71 THEN 71
    WHEN s72 THEN 72 WHEN s73 THEN 73 WHEN s74 THEN 74 WHEN s75 THEN 75 WHEN s76 THEN 76 WHEN s77 THEN 77
    WHEN s78 THEN 78 WHEN s79 THEN 79 WHEN s80 THEN 80 WHEN s81 THEN 81 WHEN s82 THEN 82 WHEN s83 THEN 83
    WHEN s84 THEN 84 WHEN s85 THEN 85 WHEN s86 THEN 86 WHEN s87 THEN 87 WHEN s88 THEN 88 WHEN s89 THEN 89
    WHEN s90 THEN 90 WHEN s91 THEN 91 WHEN s92 THEN 92 WHEN s93 THEN 93 WHEN s94 THEN 94 WHEN s95 THEN 95
    WHEN s96 THEN 96 WHEN s97 THEN 97 WHEN s98 THEN 98 WHEN s99 THEN 99
  END AS first,
  CAST(
    CASE WHEN s0 THEN 1 ELSE 0 END + CASE WHEN s1 THEN 2 ELSE 0 END
    + CASE WHEN s2 THEN 4 ELSE 0 END + CASE WHEN s3 THEN 8 ELSE 0 END
    + CASE WHEN s4 THEN 16 ELSE 0 END + CASE WHEN s5 THEN 32 ELSE 0 END
    + CASE WHEN s6 THEN 64 ELSE 0 END + CASE WHEN s7 THEN 128 ELSE 0 END
    + CASE WHEN s8 THEN 256 ELSE 0 END + CASE WHEN s9 THEN 512 ELSE 0 END
    + CASE WHEN s10 THEN 1024 ELSE 0 END + CASE WHEN s11 THEN 2048 ELSE 0 END
    + CASE WHEN s12 THEN 4096 ELSE 0 END + CASE WHEN s13 THEN 8192 ELSE 0 END
    + CASE WHEN s14 THEN 16384 ELSE 0 END + CASE WHEN s15 THEN 32768 ELSE 0 END
    + CASE WHEN s16 THEN 65536 ELSE 0 END + CASE WHEN s17 THEN 131072 ELSE 0 END
    + CASE WHEN s18 THEN 262144 ELSE 0 END + CASE WHEN s19 THEN 524288 ELSE 0 END
    + CASE WHEN s20 THEN 1048576 ELSE 0 END + CASE WHEN s21 THEN 2097152 ELSE 0 END
    + CASE WHEN s22 THEN 4194304 ELSE 0 END + CASE WHEN s23 THEN 8388608 ELSE 0 END
    + CASE WHEN s24 THEN 16777216 ELSE 0 END + CASE WHEN s25 THEN 33554432 ELSE 0 END
    + CASE WHEN s26 THEN 67108864 ELSE 0 END + CASE WHEN s27 THEN 134217728 ELSE 0 END
    + CASE WHEN s28 THEN 268435456 ELSE 0 END + CASE WHEN s29 THEN 536870912 ELSE 0 END
    + CASE WHEN s30 THEN 1073741824 ELSE 0 END + CASE WHEN s31 THEN 2147483648 ELSE 0 END
    + CASE WHEN s32 THEN 4294967296 ELSE 0 END + CASE WHEN s33 THEN 8589934592 ELSE 0 END
    + CASE WHEN s34 THEN 17179869184 ELSE 0 END + CASE WHEN s35 THEN 34359738368 ELSE 0 END
    + CASE WHEN s36 THEN 68719476736 ELSE 0 END + CASE WHEN s37 THEN 137438953472 ELSE 0 END
    + CASE WHEN s38 THEN 274877906944 ELSE 0 END + CASE WHEN s39 THEN 549755813888 ELSE 0 END
    + CASE WHEN s40 THEN 1099511627776 ELSE 0 END + CASE WHEN s41 THEN 2199023255552 ELSE 0 END
    + CASE WHEN s42 THEN 4398046511104 ELSE 0 END + CASE WHEN s43 THEN 8796093022208 ELSE 0 END
    + CASE WHEN s44 THEN 17592186044416 ELSE 0 END + CASE WHEN s45 THEN 35184372088832 ELSE 0 END
    + CASE WHEN s46 THEN 70368744177664 ELSE 0 END + CASE WHEN s47 THEN 140737488355328 ELSE 0 END
    + CASE WHEN s48 THEN 281474976710656 ELSE 0 END + CASE WHEN s49 THEN 562949953421312 ELSE 0 END
    + CASE WHEN s50 THEN 1125899906842624 ELSE 0 END + CASE WHEN s51 THEN 2251799813685248 ELSE 0 END
    + CASE WHEN s52 THEN 4503599627370496 ELSE 0 END + CASE WHEN s53 THEN 9007199254740992 ELSE 0 END
    + CASE WHEN s54 THEN 18014398509481984 ELSE 0 END + CASE WHEN s55 THEN 36028797018963968 ELSE 0 END
    + CASE WHEN s56 THEN 72057594037927936 ELSE 0 END + CASE WHEN s57 THEN 144115188075855872 ELSE 0 END
    + CASE WHEN s58 THEN 288230376151711744 ELSE 0 END + CASE WHEN s59 THEN 576460752303423488 ELSE 0 END
    + CASE WHEN s60 THEN 1152921504606846976 ELSE 0 END + CASE WHEN s61 THEN 2305843009213693952 ELSE 0 END
  AS BIGINT) AS w0,
  CAST(
    CASE WHEN s62 THEN 1 ELSE 0 END + CASE WHEN s63 THEN 2 ELSE 0 END
    + CASE WHEN s64 THEN 4 ELSE 0 END + CASE WHEN s65 THEN 8 ELSE 0 END
    + CASE WHEN s66 THEN 16 ELSE 0 END + CASE WHEN s67 THEN 32 ELSE 0 END
    + CASE WHEN s68 THEN 64 ELSE 0 END + CASE WHEN s69 THEN 128 ELSE 0 END
    + CASE WHEN s70 THEN 256 ELSE 0 END + CASE WHEN s71 THEN 512 ELSE 0 END
    + CASE WHEN s72 THEN 1024 ELSE 0 END + CASE WHEN s73 THEN 2048 ELSE 0 END
    + CASE WHEN s74 THEN 4096 ELSE 0 END + CASE WHEN s75 THEN 8192 ELSE 0 END
    + CASE WHEN s76 THEN 16384 ELSE 0 END + CASE WHEN s77 THEN 32768 ELSE 0 END
    + CASE WHEN s78 THEN 65536 ELSE 0 END + CASE WHEN s79 THEN 131072 ELSE 0 END
    + CASE WHEN s80 THEN 262144 ELSE 0 END + CASE WHEN s81 THEN 524288 ELSE 0 END
    + CASE WHEN s82 THEN 1048576 ELSE 0 END + CASE WHEN s83 THEN 2097152 ELSE 0 END
    + CASE WHEN s84 THEN 4194304 ELSE 0 END + CASE WHEN s85 THEN 8388608 ELSE 0 END
    + CASE WHEN s86 THEN 16777216 ELSE 0 END + CASE WHEN s87 THEN 33554432 ELSE 0 END
    + CASE WHEN s88 THEN 67108864 ELSE 0 END + CASE WHEN s89 THEN 134217728 ELSE 0 END
    + CASE WHEN s90 THEN 268435456 ELSE 0 END + CASE WHEN s91 THEN 536870912 ELSE 0 END
    + CASE WHEN s92 THEN 1073741824 ELSE 0 END + CASE WHEN s93 THEN 2147483648 ELSE 0 END
    + CASE WHEN s94 THEN 4294967296 ELSE 0 END + CASE WHEN s95 THEN 8589934592 ELSE 0 END
    + CASE WHEN s96 THEN 17179869184 ELSE 0 END + CASE WHEN s97 THEN 34359738368 ELSE 0 END
    + CASE WHEN s98 THEN 68719476736 ELSE 0 END + CASE WHEN s99 THEN 137438953472 ELSE 0 END
  AS BIGINT) AS w1
FROM (
  SELECT
    subject_id,
    active_products_count > 0 AND customer_status = 'active' AND total_revenue > 200 AND tier = 'new' AS s0,
    active_products_count > 2 AND customer_status = 'active' AND total_revenue > 350 AND tier = 'new' AS s1,
    active_products_count > 4 AND customer_status = 'active' AND total_revenue > 500 AND tier = 'new' AS s2,
    active_products_count > 6 AND customer_status = 'active' AND total_revenue > 650 AND tier = 'new' AS s3,
    active_products_count > 8 AND customer_status = 'active' AND total_revenue > 800 AND tier = 'new' AS s4,
    active_products_count > 10 AND customer_status = 'active' AND total_revenue > 950 AND tier = 'new' AS s5,
    active_products_count > 12 AND customer_status = 'active' AND total_revenue > 1100 AND tier = 'new' AS s6,
    active_products_count > 14 AND customer_status = 'active' AND total_revenue > 1250 AND tier = 'new' AS s7,
    active_products_count > 16 AND customer_status = 'active' AND total_revenue > 1400 AND tier = 'new' AS s8,
    active_products_count > 18 AND customer_status = 'active' AND total_revenue > 1550 AND tier = 'new' AS s9,
    total_revenue >= 0 AND churn_score >= 99e-2 AS s10,
    total_revenue >= 300 AND churn_score >= 98e-2 AS s11,
    total_revenue >= 600 AND churn_score >= 97e-2 AS s12,
    total_revenue >= 900 AND churn_score >= 96e-2 AS s13,
    total_revenue >= 1200 AND churn_score >= 95e-2 AS s14,
    total_revenue >= 1500 AND churn_score >= 94e-2 AS s15,
    total_revenue >= 1800 AND churn_score >= 93e-2 AS s16,
    total_revenue >= 2100 AND churn_score >= 92e-2 AS s17,
    total_revenue >= 2400 AND churn_score >= 91e-2 AS s18,
    total_revenue >= 2700 AND churn_score >= 90e-2 AS s19,
    tier = 'VIP' AND (total_revenue >= 0 AND churn_score >= 99e-2) IS NOT TRUE AND stores > 9 AS s20,
    tier = 'VIP' AND (total_revenue >= 300 AND churn_score >= 98e-2) IS NOT TRUE AND stores > 8 AS s21,
    tier = 'VIP' AND (total_revenue >= 600 AND churn_score >= 97e-2) IS NOT TRUE AND stores > 7 AS s22,
    tier = 'VIP' AND (total_revenue >= 900 AND churn_score >= 96e-2) IS NOT TRUE AND stores > 6 AS s23,
    tier = 'VIP' AND (total_revenue >= 1200 AND churn_score >= 95e-2) IS NOT TRUE AND stores > 5 AS s24,
    tier = 'VIP' AND (total_revenue >= 1500 AND churn_score >= 94e-2) IS NOT TRUE AND stores > 4 AS s25,
    tier = 'VIP' AND (total_revenue >= 1800 AND churn_score >= 93e-2) IS NOT TRUE AND stores > 3 AS s26,
    tier = 'VIP' AND (total_revenue >= 2100 AND churn_score >= 92e-2) IS NOT TRUE AND stores > 2 AS s27,
    tier = 'VIP' AND (total_revenue >= 2400 AND churn_score >= 91e-2) IS NOT TRUE AND stores > 1 AS s28,
    tier = 'VIP' AND (total_revenue >= 2700 AND churn_score >= 90e-2) IS NOT TRUE AND stores > 0 AS s29,
    last_purchase_at <= 1497502800000000 AS s30,
    last_purchase_at <= 1499058000000000 AS s31,
    last_purchase_at <= 1500613200000000 AS s32,
    last_purchase_at <= 1502168400000000 AS s33,
    last_purchase_at <= 1503723600000000 AS s34,
    last_purchase_at <= 1505278800000000 AS s35,
    last_purchase_at <= 1506834000000000 AS s36,
    last_purchase_at <= 1508389200000000 AS s37,
    last_purchase_at <= 1509944400000000 AS s38,
    last_purchase_at <= 1511499600000000 AS s39,
    average_basket >= 95 AND baskets >= 12 AND (homeowner IS NULL OR NOT homeowner) AS s40,
    average_basket >= 90 AND baskets >= 12 AND (homeowner IS NULL OR NOT homeowner) AS s41,
    average_basket >= 85 AND baskets >= 12 AND (homeowner IS NULL OR NOT homeowner) AS s42,
    average_basket >= 80 AND baskets >= 12 AND (homeowner IS NULL OR NOT homeowner) AS s43,
    average_basket >= 75 AND baskets >= 12 AND (homeowner IS NULL OR NOT homeowner) AS s44,
    average_basket >= 70 AND baskets >= 12 AND (homeowner IS NULL OR NOT homeowner) AS s45,
    average_basket >= 65 AND baskets >= 12 AND (homeowner IS NULL OR NOT homeowner) AS s46,
    average_basket >= 60 AND baskets >= 12 AND (homeowner IS NULL OR NOT homeowner) AS s47,
    average_basket >= 55 AND baskets >= 12 AND (homeowner IS NULL OR NOT homeowner) AS s48,
    average_basket >= 50 AND baskets >= 12 AND (homeowner IS NULL OR NOT homeowner) AS s49,
    coupon_share >= 20e-2 OR (campaigns_received >= 2 AND customer_status = 'lapsing') AS s50,
    coupon_share >= 19e-2 OR (campaigns_received >= 3 AND customer_status = 'lapsing') AS s51,
    coupon_share >= 18e-2 OR (campaigns_received >= 4 AND customer_status = 'lapsing') AS s52,
    coupon_share >= 17e-2 OR (campaigns_received >= 5 AND customer_status = 'lapsing') AS s53,
    coupon_share >= 16e-2 OR (campaigns_received >= 6 AND customer_status = 'lapsing') AS s54,
    coupon_share >= 15e-2 OR (campaigns_received >= 7 AND customer_status = 'lapsing') AS s55,
    coupon_share >= 14e-2 OR (campaigns_received >= 8 AND customer_status = 'lapsing') AS s56,
    coupon_share >= 13e-2 OR (campaigns_received >= 9 AND customer_status = 'lapsing') AS s57,
    coupon_share >= 12e-2 OR (campaigns_received >= 10 AND customer_status = 'lapsing') AS s58,
    coupon_share >= 11e-2 OR (campaigns_received >= 11 AND customer_status = 'lapsing') AS s59,
    favourite_department IN ('DRUG GM', 'PRODUCE', 'MEAT-PCKGD', 'MEAT') AND weekend_share < 2e-2 AS s60,
    favourite_department IN ('PRODUCE', 'MEAT-PCKGD', 'MEAT', 'DELI') AND weekend_share < 3e-2 AS s61,
    favourite_department IN ('MEAT-PCKGD', 'MEAT', 'DELI', 'PASTRY') AND weekend_share < 4e-2 AS s62,
    favourite_department IN ('MEAT', 'DELI', 'PASTRY', 'NUTRITION') AND weekend_share < 5e-2 AS s63,
    favourite_department IN ('DELI', 'PASTRY', 'NUTRITION', 'FUEL') AND weekend_share < 6e-2 AS s64,
    favourite_department IN ('PASTRY', 'NUTRITION', 'FUEL', 'SEAFOOD-PCKGD') AND weekend_share < 7e-2 AS s65,
    favourite_department IN ('NUTRITION', 'FUEL', 'SEAFOOD-PCKGD', 'SALAD BAR') AND weekend_share < 8e-2 AS s66,
    favourite_department IN ('FUEL', 'SEAFOOD-PCKGD', 'SALAD BAR', 'MISCELLANEOUS') AND weekend_share < 9e-2 AS s67,
    favourite_department IN ('SEAFOOD-PCKGD', 'SALAD BAR', 'MISCELLANEOUS', 'COSMETICS') AND weekend_share < 10e-2 AS s68,
    favourite_department IN ('SALAD BAR', 'MISCELLANEOUS', 'COSMETICS', 'FLORAL') AND weekend_share < 11e-2 AS s69,
    array_contains(departments, 'FLORAL') AND stores BETWEEN 1 AND 2 AND household_size IS NOT NULL AS s70,
    array_contains(departments, 'COSMETICS') AND stores BETWEEN 1 AND 3 AND household_size IS NOT NULL AS s71,
    array_contains(departments, 'MISCELLANEOUS') AND stores BETWEEN 1 AND 4 AND household_size IS NOT NULL AS s72,
    array_contains(departments, 'SALAD BAR') AND stores BETWEEN 1 AND 5 AND household_size IS NOT NULL AS s73,
    array_contains(departments, 'SEAFOOD-PCKGD') AND stores BETWEEN 1 AND 6 AND household_size IS NOT NULL AS s74,
    array_contains(departments, 'FUEL') AND stores BETWEEN 1 AND 7 AND household_size IS NOT NULL AS s75,
    array_contains(departments, 'NUTRITION') AND stores BETWEEN 1 AND 8 AND household_size IS NOT NULL AS s76,
    array_contains(departments, 'PASTRY') AND stores BETWEEN 1 AND 9 AND household_size IS NOT NULL AS s77,
    array_contains(departments, 'DELI') AND stores BETWEEN 1 AND 10 AND household_size IS NOT NULL AS s78,
    array_contains(departments, 'MEAT') AND stores BETWEEN 1 AND 11 AND household_size IS NOT NULL AS s79,
    (tier IS NULL OR tier <> 'new') AND (evening_share IS NULL OR evening_share <= 2e-2) AND total_revenue >= 3000 AS s80,
    (tier IS NULL OR tier <> 'new') AND (evening_share IS NULL OR evening_share <= 5e-2) AND total_revenue >= 2800 AS s81,
    (tier IS NULL OR tier <> 'new') AND (evening_share IS NULL OR evening_share <= 8e-2) AND total_revenue >= 2600 AS s82,
    (tier IS NULL OR tier <> 'new') AND (evening_share IS NULL OR evening_share <= 11e-2) AND total_revenue >= 2400 AS s83,
    (tier IS NULL OR tier <> 'new') AND (evening_share IS NULL OR evening_share <= 14e-2) AND total_revenue >= 2200 AS s84,
    (tier IS NULL OR tier <> 'new') AND (evening_share IS NULL OR evening_share <= 17e-2) AND total_revenue >= 2000 AS s85,
    (tier IS NULL OR tier <> 'new') AND (evening_share IS NULL OR evening_share <= 20e-2) AND total_revenue >= 1800 AS s86,
    (tier IS NULL OR tier <> 'new') AND (evening_share IS NULL OR evening_share <= 23e-2) AND total_revenue >= 1600 AS s87,
    (tier IS NULL OR tier <> 'new') AND (evening_share IS NULL OR evening_share <= 26e-2) AND total_revenue >= 1400 AS s88,
    (tier IS NULL OR tier <> 'new') AND (evening_share IS NULL OR evening_share <= 29e-2) AND total_revenue >= 1200 AS s89,
    first_purchase_at >= 1486270800000000 AND customer_status <> 'inactive' AND baskets > 0 AS s90,
    first_purchase_at >= 1486011600000000 AND customer_status <> 'inactive' AND baskets > 2 AS s91,
    first_purchase_at >= 1485752400000000 AND customer_status <> 'inactive' AND baskets > 4 AS s92,
    first_purchase_at >= 1485493200000000 AND customer_status <> 'inactive' AND baskets > 6 AS s93,
    first_purchase_at >= 1485234000000000 AND customer_status <> 'inactive' AND baskets > 8 AS s94,
    first_purchase_at >= 1484974800000000 AND customer_status <> 'inactive' AND baskets > 10 AS s95,
    first_purchase_at >= 1484715600000000 AND customer_status <> 'inactive' AND baskets > 12 AS s96,
    first_purchase_at >= 1484456400000000 AND customer_status <> 'inactive' AND baskets > 14 AS s97,
    first_purchase_at >= 1484197200000000 AND customer_status <> 'inactive' AND baskets > 16 AS s98,
    first_purchase_at >= 1483938000000000 AND customer_status <> 'inactive' AND baskets > 18 AS s99
  FROM customers
)
