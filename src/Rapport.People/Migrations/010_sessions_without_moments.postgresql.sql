-- When a session was used and when it ends led by its moment to the record that was made or written to at that moment: the hour and the day stay, the moments are sealed with the session.
UPDATE sign_in_session SET last_used_at = last_used_at - last_used_at % 3600000, ends_at = (ends_at + 86399999) / 86400000 * 86400000;
