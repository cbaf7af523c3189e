"""Why an item is in a list, and what is to be said about a whole list: codes for programs, sentences for people."""

from __future__ import annotations

from typing import Final

#: Why an item is where it is.
POPULARITY: Final = "popularity"
CO_VISITATION: Final = "co_visitation"
EMBEDDING: Final = "embedding"
OWN_HISTORY: Final = "own_history"
PERSONALIZATION: Final = "personalization"
DIVERSITY: Final = "diversity"
PINNED: Final = "pinned"
#: Why an item is not in the list.
UNAVAILABLE: Final = "unavailable"
REGION: Final = "region"
EXCLUDED_PURCHASED: Final = "excluded_purchased"
ANCHOR: Final = "anchor"
ITEM_FILTER: Final = "item_filter"
BRAND_CAP: Final = "brand_cap"
CATEGORY_CAP: Final = "category_cap"
LIMIT: Final = "limit"

#: The order of the terms of a score.
TERMS: Final = (POPULARITY, CO_VISITATION, EMBEDDING, OWN_HISTORY, PERSONALIZATION)

#: What each of these says of an item, for people.
WORDS: Final = {
    POPULARITY: "many take it lately",
    CO_VISITATION: "it goes with what the subject took lately",
    EMBEDDING: "it is like what the subject took lately",
    OWN_HISTORY: "the subject took it before",
    PERSONALIZATION: "the boost, as it meets the subject's taste",
    DIVERSITY: "it is unlike those before it",
    PINNED: "the campaign puts it first",
    UNAVAILABLE: "it may not be shown now",
    REGION: "it is for other regions",
    EXCLUDED_PURCHASED: "the subject bought it lately",
    ANCHOR: "the request names it",
    ITEM_FILTER: "a filter keeps it out",
    BRAND_CAP: "the list holds as many of its brand as it may",
    CATEGORY_CAP: "the list holds as many of its category as it may",
    LIMIT: "the list was full",
}

#: What is to be said about a whole list.
EMPTY_CATALOGUE: Final = "empty_catalogue"
INDEX_BUILDING: Final = "index_building"
NOTHING_ELIGIBLE: Final = "nothing_eligible"
COLD_SUBJECT: Final = "cold_subject"
CAP_NOT_MET: Final = "cap_not_met"
WINDOW_NOT_BUILT: Final = "window_not_built"
POPULAR_ONLY: Final = "popular_only"
REMARKS: Final = {
    EMPTY_CATALOGUE: "The catalogue has no items.",
    NOTHING_ELIGIBLE: "No item is left that may be shown.",
    COLD_SUBJECT: "Nothing is known of what the subject did with items, so popularity alone decides.",
    CAP_NOT_MET: "The caps leave fewer items than were asked for.",
    WINDOW_NOT_BUILT: "The index was not built for this half-life or window, so the nearest one is used.",
    POPULAR_ONLY: "A filter reads a moment of items, so only the most popular items were looked through.",
    EXCLUDED_PURCHASED: "What the subject bought lately is left out.",
    BRAND_CAP: "Items were left out because the list holds as many of their brand as it may.",
    CATEGORY_CAP: "Items were left out because the list holds as many of their category as it may.",
}
