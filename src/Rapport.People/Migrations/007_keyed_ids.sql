-- Who belongs to which patient, organisation or other person stands in no row in clear any more: a column that names somebody is a keyed hash, another one for the same person in each column of each table, and what
-- must be read back (`names`) is sealed for the row. What stood in the tables of before is taken over by the migration of this number that has the key, and these are gone with it.
DROP INDEX circle_person;
DROP INDEX access_request_asker;
DROP INDEX access_request_time;
DROP INDEX sent_request_time;
DROP INDEX request_refusal_asker;
DROP INDEX emergency_opening_opener;
DROP INDEX emergency_watcher_time;
DROP INDEX emergency_watcher_patient;
DROP INDEX circle_invitation_person;
DROP INDEX circle_invitation_end;
DROP INDEX notice_due_at;
ALTER TABLE own_record RENAME TO earlier_own_record;
ALTER TABLE membership RENAME TO earlier_membership;
ALTER TABLE circle RENAME TO earlier_circle;
ALTER TABLE access_request RENAME TO earlier_access_request;
ALTER TABLE sent_request RENAME TO earlier_sent_request;
ALTER TABLE request_refusal RENAME TO earlier_request_refusal;
ALTER TABLE emergency_opening RENAME TO earlier_emergency_opening;
ALTER TABLE emergency_watcher RENAME TO earlier_emergency_watcher;
ALTER TABLE circle_invitation RENAME TO earlier_circle_invitation;
ALTER TABLE blocked_person RENAME TO earlier_blocked_person;
ALTER TABLE notice_choice RENAME TO earlier_notice_choice;
ALTER TABLE notice_due RENAME TO earlier_notice_due;

-- Whose record a compartment is.
CREATE TABLE own_record (
    patient BYTEA NOT NULL PRIMARY KEY,  -- keyed hash
    names   BYTEA NOT NULL               -- sealed: whose it is
);

-- Who works where.
CREATE TABLE membership (
    person       BYTEA NOT NULL,  -- keyed hash
    organisation BYTEA NOT NULL,  -- keyed hash
    names        BYTEA NOT NULL,  -- sealed: the person, the organisation
    details      BYTEA NOT NULL,  -- sealed under the person's key
    PRIMARY KEY (person, organisation)
);

-- Who is connected to which patient.
CREATE TABLE circle (
    patient BYTEA  NOT NULL,  -- keyed hash
    person  BYTEA  NOT NULL,  -- keyed hash
    names   BYTEA  NOT NULL,  -- sealed: the patient, the person
    details BYTEA  NOT NULL,  -- sealed under the person's key
    since   BIGINT NOT NULL,
    PRIMARY KEY (patient, person)
);
CREATE INDEX circle_person ON circle (person);

-- What people ask of patients. A request stands twice: with the patient, sealed under their key, and with who asks, sealed under theirs, so that each goes with its
-- account. One that reaches nobody stands twice too: then the first row lies under a patient that does not exist, sealed under a key that nobody has. Nothing leads from one row to the other.
CREATE TABLE access_request (
    patient  BYTEA  NOT NULL,  -- keyed hash
    request  BYTEA  NOT NULL,  -- keyed hash
    asker    BYTEA  NOT NULL,  -- keyed hash
    names    BYTEA  NOT NULL,  -- sealed: the request, who asks
    details  BYTEA  NOT NULL,  -- sealed
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (patient, request)
);
CREATE INDEX access_request_asker ON access_request (asker);
CREATE INDEX access_request_time ON access_request (asked_at);

CREATE TABLE sent_request (
    asker      BYTEA  NOT NULL,  -- keyed hash
    request_id TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    details    BYTEA  NOT NULL,  -- sealed
    asked_at   BIGINT NOT NULL,
    PRIMARY KEY (asker, request_id)
);
CREATE INDEX sent_request_time ON sent_request (asked_at);

-- Whose requests do not reach a patient any more.
CREATE TABLE request_refusal (
    patient BYTEA  NOT NULL,  -- keyed hash
    asker   BYTEA  NOT NULL,  -- keyed hash
    names   BYTEA  NOT NULL,  -- sealed: who asks
    since   BIGINT NOT NULL,
    PRIMARY KEY (patient, asker)
);
CREATE INDEX request_refusal_asker ON request_refusal (asker);

-- Openings of emergency doors. What is told of one is sealed under the patient's key, so that it goes with their account.
CREATE TABLE emergency_opening (
    patient    BYTEA  NOT NULL,  -- keyed hash
    opening_id TEXT   NOT NULL,
    opened_by  BYTEA  NOT NULL,  -- keyed hash
    names      BYTEA  NOT NULL,  -- sealed: who opened it
    version    BIGINT NOT NULL,
    details    BYTEA  NOT NULL,  -- sealed
    opened_at  BIGINT NOT NULL,
    PRIMARY KEY (patient, opening_id)
);
CREATE INDEX emergency_opening_opener ON emergency_opening (opened_by, opened_at);

-- Who is told of which: the organisations of who opened it, and the patient's emergency contacts.
CREATE TABLE emergency_watcher (
    watcher   BYTEA  NOT NULL,  -- keyed hash
    opening   BYTEA  NOT NULL,  -- keyed hash of the patient and the opening
    patient   BYTEA  NOT NULL,  -- keyed hash
    names     BYTEA  NOT NULL,  -- sealed: the patient, the opening
    opened_at BIGINT NOT NULL,
    PRIMARY KEY (watcher, opening)
);
CREATE INDEX emergency_watcher_time ON emergency_watcher (watcher, opened_at);
CREATE INDEX emergency_watcher_patient ON emergency_watcher (patient);

-- Invitations into circles. One that was used, declined or taken back is gone; one that is over may go.
CREATE TABLE circle_invitation (
    secret_hash   BYTEA  NOT NULL PRIMARY KEY,
    person        BYTEA  NOT NULL,  -- keyed hash of who invites
    names         BYTEA  NOT NULL,  -- sealed: who invites
    invitation_id TEXT   NOT NULL,
    details       BYTEA  NOT NULL,  -- sealed
    kept_for      BYTEA,            -- keyed hash of whose account was made with it, so that nobody else uses it; null for whoever brings it
    ends_at       BIGINT NOT NULL
);
CREATE INDEX circle_invitation_person ON circle_invitation (person);
CREATE INDEX circle_invitation_end ON circle_invitation (ends_at);

-- From whom somebody wants to hear nothing.
CREATE TABLE blocked_person (
    person       BYTEA NOT NULL,  -- keyed hash of who blocks
    blocked_hash BYTEA NOT NULL,  -- keyed hash of both
    details      BYTEA NOT NULL,  -- sealed under the key of who blocks
    PRIMARY KEY (person, blocked_hash)
);

-- What people chose about being told, outside of Rapport, that something waits; and what is due. What they chose, by which ways, what about and what they were told of is sealed under the key of each.
CREATE TABLE notice_choice (
    person  BYTEA  NOT NULL PRIMARY KEY,  -- keyed hash
    version BIGINT NOT NULL,
    details BYTEA  NOT NULL               -- sealed
);

-- There is a row for whoever is told by some way.
CREATE TABLE notice_due (
    person      BYTEA  NOT NULL PRIMARY KEY,  -- keyed hash
    names       BYTEA  NOT NULL,              -- sealed: whose it is
    version     BIGINT NOT NULL,
    details     BYTEA  NOT NULL,              -- sealed: what they know of, and what they are to be told of
    due_at      BIGINT,                       -- when a node sees to it; null while nothing is to be told
    taken_to    BIGINT NOT NULL,              -- until when a node has it, that sends at this moment
    in_sight_to BIGINT NOT NULL               -- until when a page of theirs is taken to be in sight
);
CREATE INDEX notice_due_at ON notice_due (due_at);
