-- What a care team promises to whoever writes to it.
CREATE TABLE team_promise (
    team    BYTEA  NOT NULL PRIMARY KEY,  -- keyed hash of the team
    version BIGINT NOT NULL,
    body    BYTEA  NOT NULL               -- sealed
);
