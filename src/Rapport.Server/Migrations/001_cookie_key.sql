-- The keys behind antiforgery tokens, sealed under the installation's key. All nodes share them.
CREATE TABLE cookie_key (
    name TEXT NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);
