"""Clusters of contexts: groups of units that are alike in what is known of them, and never in what they did."""
