-- How conversations stand for the teams in them: what a team's list counts and orders by, and when somebody must be told of what is not answered. Nothing of what was said.
CREATE TABLE team_talk (
    holder BYTEA  NOT NULL,  -- keyed hash of the team
    place  BYTEA  NOT NULL,  -- keyed hash of the team and the conversation
    due_at BIGINT,           -- when somebody is told; null when nobody is
    body   BYTEA  NOT NULL,  -- sealed
    PRIMARY KEY (holder, place)
);

CREATE INDEX team_talk_due ON team_talk (due_at) WHERE due_at IS NOT NULL;
