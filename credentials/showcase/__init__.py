"""The catalogue as the public and partners see it: search, pages, achievements at their addresses, the API."""
