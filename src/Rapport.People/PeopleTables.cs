using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// The tables that tie people to patients, organisations and each other, or tell what somebody chose or is told: none has an id of theirs in clear. Where a person's account is, in the tables of signing in, it stands. Thread safe.
/// </summary>
internal sealed class PeopleTables(Keyring keyring)
{
    /// <summary>Sessions have ids of their own beside whose they are, by which other tables must not be joined.</summary>
    internal KeyedTable Session { get; } = new(keyring, "sign_in_session");

    /// <summary>Tokens too: a device of a record has the id of the token with which it sends.</summary>
    internal KeyedTable AccessToken { get; } = new(keyring, "access_token");

    internal KeyedTable OwnRecord { get; } = new(keyring, "own_record");

    internal KeyedTable Membership { get; } = new(keyring, "membership");

    internal KeyedTable Circle { get; } = new(keyring, "circle");

    internal KeyedTable AccessRequest { get; } = new(keyring, "access_request");

    internal KeyedTable SentRequest { get; } = new(keyring, "sent_request");

    internal KeyedTable RequestRefusal { get; } = new(keyring, "request_refusal");

    internal KeyedTable EmergencyOpening { get; } = new(keyring, "emergency_opening");

    internal KeyedTable EmergencyWatcher { get; } = new(keyring, "emergency_watcher");

    internal KeyedTable CircleInvitation { get; } = new(keyring, "circle_invitation");

    internal KeyedTable BlockedPerson { get; } = new(keyring, "blocked_person");

    internal KeyedTable NoticeChoice { get; } = new(keyring, "notice_choice");

    internal KeyedTable NoticeDue { get; } = new(keyring, "notice_due");

    /// <summary>Every column that names a person whose rows these are: they go with their account. Whom somebody else blocks, and who opened a door, stays.</summary>
    internal IReadOnlyList<(KeyedTable Table, string Column)> OfPerson =>
    [
        (Membership, "person"), (Circle, "person"), (CircleInvitation, "person"), (CircleInvitation, "kept_for"), (BlockedPerson, "person"), (AccessRequest, "asker"), (RequestRefusal, "asker"),
        (SentRequest, "asker"), (NoticeChoice, "person"), (NoticeDue, "person"), (EmergencyWatcher, "watcher"),
    ];

    /// <summary>Every column that names a patient: what ties others to a record, and that it is somebody's, goes with the account of whose it is.</summary>
    internal IReadOnlyList<(KeyedTable Table, string Column)> OfPatient =>
        [(Circle, "patient"), (AccessRequest, "patient"), (RequestRefusal, "patient"), (EmergencyOpening, "patient"), (EmergencyWatcher, "patient"), (OwnRecord, "patient")];
}
