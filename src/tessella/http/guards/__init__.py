"""What stands between the network and every route: headers, other origins, and how often somebody may ask."""
