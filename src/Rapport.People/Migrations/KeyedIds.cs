using System.Data.Common;
using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Puts keyed hashes in the place of the ids that stood in the tables of before, and seals what must be read back. What each row has sealed under the key of whose it is stays as it is: it was bound to the ids, not to how the
/// table names them.
/// </summary>
internal sealed class KeyedIds : KeyedMigration
{
    /// <inheritdoc/>
    public override int Number => 7;

    /// <inheritdoc/>
    public override async Task ApplyAsync(DbTransaction transaction, Keyring keyring)
    {
        var tables = new PeopleTables(keyring);
        await EarlierTable.MoveAsync(transaction, "own_record", "patient_id", "patient, names", row => OwnRecord(tables.OwnRecord, row));
        await EarlierTable.MoveAsync(transaction, "membership", "person_id, organisation_id", "person, organisation, names, details", row => Membership(tables.Membership, row));
        await EarlierTable.MoveAsync(transaction, "circle", "patient_id, person_id", "patient, person, names, details, since", row => Circle(tables.Circle, row));
        await EarlierTable.MoveAsync(transaction, "access_request", "patient_id, request_id", "patient, request, asker, names, details, asked_at", row => Received(tables.AccessRequest, row));
        await EarlierTable.MoveAsync(transaction, "sent_request", "asker_id, request_id", "asker, request_id, version, details, asked_at", row =>
            [tables.SentRequest.Hash("asker", Text(row["asker_id"])), row["request_id"], row["version"], row["details"], row["asked_at"]]);
        await EarlierTable.MoveAsync(transaction, "request_refusal", "patient_id, asker_id", "patient, asker, names, since", row => Refusal(tables.RequestRefusal, row));
        await EarlierTable.MoveAsync(
            transaction, "emergency_opening", "patient_id, opening_id", "patient, opening_id, opened_by, names, version, details, opened_at", row => Opening(tables.EmergencyOpening, row));
        await EarlierTable.MoveAsync(transaction, "emergency_watcher", "watcher_id, patient_id, opening_id", "watcher, opening, patient, names, opened_at", row => Watcher(tables.EmergencyWatcher, row));
        await EarlierTable.MoveAsync(
            transaction, "circle_invitation", "secret_hash", "secret_hash, person, names, invitation_id, details, kept_for, ends_at", row => Invitation(tables.CircleInvitation, row));
        await EarlierTable.MoveAsync(transaction, "blocked_person", "person_id, blocked_hash", "person, blocked_hash, details", row =>
            [tables.BlockedPerson.Hash("person", Text(row["person_id"])), row["blocked_hash"], row["details"]]);
        await EarlierTable.MoveAsync(transaction, "notice_choice", "person_id", "person, version, details", row =>
            [tables.NoticeChoice.Hash("person", Text(row["person_id"])), row["version"], row["details"]]);
        await EarlierTable.MoveAsync(transaction, "notice_due", "person_id", "person, names, version, details, due_at, taken_to, in_sight_to", row => Notice(tables.NoticeDue, row));
    }

    private static object?[] OwnRecord(KeyedTable table, IDictionary<string, object?> row)
    {
        var patient = table.Hash("patient", Text(row["patient_id"]));
        return [patient, table.Seal(new KeyedRow(patient), Text(row["person_id"]))];
    }

    private static object?[] Membership(KeyedTable table, IDictionary<string, object?> row)
    {
        var (person, organisation) = (Text(row["person_id"]), Text(row["organisation_id"]));
        var keyed = new KeyedRow(table.Hash("person", person), table.Hash("organisation", organisation));
        return [keyed.First, keyed.Second, table.Seal(keyed, person, organisation), row["details"]];
    }

    private static object?[] Circle(KeyedTable table, IDictionary<string, object?> row)
    {
        var (patient, person) = (Text(row["patient_id"]), Text(row["person_id"]));
        var keyed = new KeyedRow(table.Hash("patient", patient), table.Hash("person", person));
        return [keyed.First, keyed.Second, table.Seal(keyed, patient, person), row["details"], row["since"]];
    }

    private static object?[] Received(KeyedTable table, IDictionary<string, object?> row)
    {
        var (request, asker) = (Text(row["request_id"]), Text(row["asker_id"]));
        var keyed = new KeyedRow(table.Hash("patient", Text(row["patient_id"])), table.Hash("request", request));
        return [keyed.First, keyed.Second, table.Hash("asker", asker), table.Seal(keyed, request, asker), row["details"], row["asked_at"]];
    }

    private static object?[] Refusal(KeyedTable table, IDictionary<string, object?> row)
    {
        var asker = Text(row["asker_id"]);
        var keyed = new KeyedRow(table.Hash("patient", Text(row["patient_id"])), table.Hash("asker", asker));
        return [keyed.First, keyed.Second, table.Seal(keyed, asker), row["since"]];
    }

    private static object?[] Opening(KeyedTable table, IDictionary<string, object?> row)
    {
        var (patient, by) = (table.Hash("patient", Text(row["patient_id"])), Text(row["opened_by"]));
        var keyed = EmergencyOpenings.RowOf(patient, LocalId.Parse(Text(row["opening_id"])));
        return [patient, row["opening_id"], table.Hash("opened_by", by), table.Seal(keyed, by), row["version"], row["details"], row["opened_at"]];
    }

    private static object?[] Watcher(KeyedTable table, IDictionary<string, object?> row)
    {
        var (patient, opening) = (Text(row["patient_id"]), Text(row["opening_id"]));
        var keyed = new KeyedRow(table.Hash("watcher", Text(row["watcher_id"])), table.Hash("opening", $"{patient} {opening}"));
        return [keyed.First, keyed.Second, table.Hash("patient", patient), table.Seal(keyed, patient, opening), row["opened_at"]];
    }

    private static object?[] Invitation(KeyedTable table, IDictionary<string, object?> row)
    {
        var inviter = Text(row["person_id"]);
        var keyed = new KeyedRow((byte[])row["secret_hash"]!, table.Hash("person", inviter));
        var keptFor = row["kept_for"] is string newcomer ? table.Hash("kept_for", newcomer) : null;
        return [keyed.First, keyed.Second, table.Seal(keyed, inviter), row["invitation_id"], row["details"], keptFor, row["ends_at"]];
    }

    private static object?[] Notice(KeyedTable table, IDictionary<string, object?> row)
    {
        var person = Text(row["person_id"]);
        var hash = table.Hash("person", person);
        return [hash, table.Seal(new KeyedRow(hash), person), row["version"], row["details"], row["due_at"], row["taken_to"], row["in_sight_to"]];
    }

    private static string Text(object? value) => EarlierTable.Text(value);
}
