-- What a team has drafted together in a conversation, sealed under its key. The row stays when it was sent, so that whoever saw an earlier one is told.
CREATE TABLE team_draft (
    conversation_id TEXT   NOT NULL,
    team            BYTEA  NOT NULL,  -- keyed hash of the team and the conversation
    version         BIGINT NOT NULL,
    body            BYTEA  NOT NULL,  -- sealed
    PRIMARY KEY (conversation_id, team)
);
