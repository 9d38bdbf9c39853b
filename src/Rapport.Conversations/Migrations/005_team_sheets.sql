-- What care teams keep of their own: what they promise, who is away. One row for each team and kind, found by a keyed hash of both.
ALTER TABLE team_promise RENAME TO team_sheet;
ALTER TABLE team_sheet RENAME COLUMN team TO sheet;
