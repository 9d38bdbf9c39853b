-- Whoever is asked to look after a child finds what is kept for them.
CREATE INDEX circle_invitation_kept ON circle_invitation (kept_for);
