using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Reads and writes the two rows of each request: the patient's, which the patient's key opens, and that of who asked, which theirs opens. Used within a connection or transaction of the caller.
/// Thread safe.
/// </summary>
internal sealed class RequestStore(PersonStore people)
{
    /// <summary>Writes a request into both rows; what is over or forgotten goes.</summary>
    /// <param name="transaction">Where to.</param>
    /// <param name="request">The request.</param>
    /// <param name="own">The key of who asks.</param>
    /// <param name="theirs">The key of who is asked.</param>
    internal Task AddAsync(DbTransaction transaction, NewRequest request, Sealer own, Sealer theirs)
    {
        var row = RowOf(request.Patient, request.Id);
        return transaction.Connection!.ExecuteAsync(
            """
            DELETE FROM access_request WHERE asked_at <= @over;
            DELETE FROM sent_request WHERE asked_at <= @forgotten;
            INSERT INTO access_request (patient, request, asker, names, details, asked_at) VALUES (@First, @Second, @asker, @names, @received, @now);
            INSERT INTO sent_request (asker, request_id, version, details, asked_at) VALUES (@sender, @id, 1, @sent, @now)
            """,
            new
            {
                row.First,
                row.Second,
                id = request.Id.ToString(),
                asker = AskerHash(people.Tables, request.Asker),
                names = people.Tables.AccessRequest.Seal(row, request.Id.ToString(), request.Asker.ToString()),
                sender = SenderHash(request.Asker),
                received = theirs.Seal(ReceivedPlace(request.Asker, request.Id), request.Terms, PeopleJson.Default.RequestTerms),
                sent = own.Seal(SentPlace(request.Id, 1), new SentDetails(request.ShownAs, request.Terms, request.Patient.ToString()), PeopleJson.Default.SentDetails),
                now = request.At.ToUnixTimeMilliseconds(),
                over = (request.At - AccessRequests.WaitingFor).ToUnixTimeMilliseconds(),
                forgotten = (request.At - AccessRequests.KeptFor).ToUnixTimeMilliseconds(),
            },
            transaction);
    }

    /// <summary>What somebody asked and may still see, newest first.</summary>
    internal async Task<List<SentRequest>> ReadSentAsync(DbConnection connection, PersonId asker, Sealer key, DateTimeOffset now, DbTransaction? transaction)
    {
        var rows = await connection.QueryAsync<SentRow>(
            "SELECT request_id, version, details, asked_at FROM sent_request WHERE asker = @asker AND asked_at > @since ORDER BY asked_at DESC, request_id",
            new { asker = SenderHash(asker), since = (now - AccessRequests.KeptFor).ToUnixTimeMilliseconds() },
            transaction);
        return [.. rows.Select(row => Open(row, key, now))];
    }

    /// <summary>What waits for a patient's answer, newest first.</summary>
    internal async Task<List<(RequestId Id, PersonId Asker, RequestTerms Terms, DateTimeOffset At)>> ReadReceivedAsync(DbConnection connection, PatientId record, Sealer key, DateTimeOffset now)
    {
        var rows = await connection.QueryAsync<ReceivedRow>(
            "SELECT patient, request, names, details, asked_at FROM access_request WHERE patient = @record AND asked_at > @since",
            new { record = PatientHash(people.Tables, record), since = (now - AccessRequests.WaitingFor).ToUnixTimeMilliseconds() });
        return [.. rows.Select(row => Open(row, key)).OrderByDescending(static request => request.At).ThenBy(static request => request.Id)];
    }

    /// <summary>How many requests wait for a patient's answer.</summary>
    internal Task<long> CountReceivedAsync(DbTransaction transaction, PatientId record, DateTimeOffset now) => transaction.Connection!.ExecuteScalarAsync<long>(
        "SELECT COUNT(*) FROM access_request WHERE patient = @record AND asked_at > @since",
        new { record = PatientHash(people.Tables, record), since = (now - AccessRequests.WaitingFor).ToUnixTimeMilliseconds() },
        transaction);

    /// <summary>Changes the row of who asked; <paramref name="change"/> may be asked again. The row before, or null when there is none or nothing to change.</summary>
    internal async Task<SentDetails?> ChangeSentAsync(DbTransaction transaction, PersonId asker, RequestId id, Func<SentDetails, SentDetails?> change)
    {
        var connection = transaction.Connection!;
        using var key = await people.ReadKeyAsync(connection, asker, transaction);
        var names = new { asker = SenderHash(asker), id = id.ToString() };
        while (key is not null && await connection.QuerySingleOrDefaultAsync<SentRow>(
            "SELECT request_id, version, details, asked_at FROM sent_request WHERE asker = @asker AND request_id = @id", names, transaction) is { } row)
        {
            var before = key.Open(SentPlace(id, row.Version), row.Details, PeopleJson.Default.SentDetails);
            if (change(before) is not { } changed)
            {
                return null;
            }

            var done = await connection.ExecuteAsync(
                "UPDATE sent_request SET version = version + 1, details = @details WHERE asker = @asker AND request_id = @id AND version = @version",
                new { names.asker, names.id, version = row.Version, details = key.Seal(SentPlace(id, row.Version + 1), changed, PeopleJson.Default.SentDetails) },
                transaction);
            if (done > 0)
            {
                return before;
            }
        }

        return null;
    }

    /// <summary>Takes a request out of the patient's rows.</summary>
    internal Task<int> DeleteAsync(DbTransaction transaction, PatientId patient, RequestId id) => transaction.Connection!.ExecuteAsync(
        "DELETE FROM access_request WHERE patient = @First AND request = @Second", RowOf(patient, id), transaction);

    /// <summary>Takes all requests of somebody out of the patient's rows.</summary>
    internal static Task DeleteAllAsync(DbTransaction transaction, PeopleTables tables, PatientId patient, PersonId asker) => transaction.Connection!.ExecuteAsync(
        "DELETE FROM access_request WHERE patient = @patient AND asker = @asker", new { patient = PatientHash(tables, patient), asker = AskerHash(tables, asker) }, transaction);

    private static SentRequest Open(SentRow row, Sealer key, DateTimeOffset now)
    {
        var id = RequestId.Parse(row.RequestId);
        var details = key.Open(SentPlace(id, row.Version), row.Details, PeopleJson.Default.SentDetails);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(row.AskedAt);
        return new SentRequest
        {
            Id = id,
            To = details.To,
            Terms = details.Terms,
            At = at,
            State = details.State == RequestState.Waiting && at + AccessRequests.WaitingFor <= now ? RequestState.Over : details.State,
            AnsweredAt = details.AnsweredAt is { } answered ? DateTimeOffset.FromUnixTimeMilliseconds(answered) : null,
            Patient = details.State == RequestState.Granted ? PatientId.Parse(details.Patient) : null,
        };
    }

    private (RequestId Id, PersonId Asker, RequestTerms Terms, DateTimeOffset At) Open(ReceivedRow row, Sealer key)
    {
        var names = people.Tables.AccessRequest.Open(new KeyedRow(row.Patient, row.Request), row.Names);
        var (id, asker) = (RequestId.Parse(names[0]), PersonId.Parse(names[1]));
        return (id, asker, key.Open(ReceivedPlace(asker, id), row.Details, PeopleJson.Default.RequestTerms), DateTimeOffset.FromUnixTimeMilliseconds(row.AskedAt));
    }

    private static byte[] PatientHash(PeopleTables tables, PatientId patient) => tables.AccessRequest.Hash("patient", patient);

    private static byte[] AskerHash(PeopleTables tables, PersonId asker) => tables.AccessRequest.Hash("asker", asker);

    private KeyedRow RowOf(PatientId patient, RequestId id) => new(PatientHash(people.Tables, patient), people.Tables.AccessRequest.Hash("request", id));

    private byte[] SenderHash(PersonId asker) => people.Tables.SentRequest.Hash("asker", asker);

    /// <summary>The key says whose it is, the place who asks and which it is.</summary>
    private static Place ReceivedPlace(PersonId asker, RequestId id) => Place.Of("access-request", asker, id.Number);

    /// <summary>The key says who asked, the place which it is and how often it changed.</summary>
    private static Place SentPlace(RequestId id, long version) => new("sent-request", (UInt128)unchecked((ulong)id.Number), version);

    /// <summary>A request that is to be written.</summary>
    /// <param name="Id">Which.</param>
    /// <param name="Asker">Who asks.</param>
    /// <param name="Patient">Whom: nobody, where it is not to reach anybody.</param>
    /// <param name="ShownAs">The name that is told to who asks.</param>
    /// <param name="Terms">What for.</param>
    /// <param name="At">When.</param>
    internal sealed record NewRequest(RequestId Id, PersonId Asker, PatientId Patient, string ShownAs, RequestTerms Terms, DateTimeOffset At);

    private sealed class ReceivedRow
    {
        public required byte[] Patient { get; init; }

        public required byte[] Request { get; init; }

        public required byte[] Names { get; init; }

        public required byte[] Details { get; init; }

        public required long AskedAt { get; init; }
    }

    private sealed class SentRow
    {
        public required string RequestId { get; init; }

        public required long Version { get; init; }

        public required byte[] Details { get; init; }

        public required long AskedAt { get; init; }
    }
}
