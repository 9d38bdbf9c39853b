-- Keys that this installation signs SMART Health Cards with. The public half is for everybody; the private half is sealed, and gone once another key signs.
CREATE TABLE card_key (
    kid         TEXT   NOT NULL PRIMARY KEY,
    made_at     BIGINT NOT NULL,
    public_key  BYTEA  NOT NULL,
    private_key BYTEA
);

-- Cards that patients made for themselves. The body is sealed; by the number alone everybody can find out whether a card was taken back, and nothing else.
CREATE TABLE health_card (
    patient_id TEXT   NOT NULL,
    card_id    TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    kid        TEXT   NOT NULL,
    rid        TEXT   NOT NULL,
    body       BYTEA  NOT NULL,
    PRIMARY KEY (patient_id, card_id)
);

-- The numbers of cards that were taken back, as they are published. They outlast their patient's record.
CREATE TABLE revoked_card (
    kid TEXT NOT NULL,
    rid TEXT NOT NULL,
    PRIMARY KEY (kid, rid)
);
