using System.Net;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Records;

namespace Rapport.Crash.Tests;

/// <summary>
/// What stands in the database, read past every server by opening the records in this process; and whether it agrees with what was acknowledged.
/// </summary>
internal sealed class Installation : IAsyncDisposable
{
    private readonly Database _database;
    private readonly Keyring _keyring;
    private readonly PeopleModule _people;
    private readonly RecordsModule _records;

    private Installation(Database database, Keyring keyring, PeopleModule people, RecordsModule records) =>
        (_database, _keyring, _people, _records) = (database, keyring, people, records);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Installation> OpenAsync(ServerPlace place)
    {
        var database = place.Postgres is { } connection ? Database.OpenPostgreSql(connection) : Database.OpenSqlite(place.SqliteFile);
        var keyring = await Data.Installation.OpenKeyringAsync(database, place.KeyFile, Cancel);
        var records = await RecordsModule.OpenAsync(database, keyring, new RecordsOptions(), TimeProvider.System, Cancel);
        return new Installation(database, keyring, new PeopleModule(database, keyring, TimeProvider.System, new PeopleOptions()), records);
    }

    public async ValueTask DisposeAsync()
    {
        await _records.DisposeAsync();
        _people.Dispose();
        _keyring.Dispose();
        await _database.DisposeAsync();
    }

    public async Task<OwnAccess> OpenAsync(DemoPerson patient)
    {
        var person = await _people.Accounts.FindBySignInNameAsync(patient.Name, Cancel);
        Assert.NotNull(person);
        var own = await _records.Compartments.OpenOwnAsync(
            PatientId.Parse(patient.Patient!), new Actor(person.Id, person.Reference, person.DisplayName, person.RecipientReferences), Cancel);
        Assert.NotNull(own);
        return own;
    }

    /// <summary>Everything stored holds together, and the export verifies without a server, in continuation of an earlier checkpoint.</summary>
    /// <returns>The checkpoint for the next time.</returns>
    public static async Task<string> VerifyAsync(OwnAccess own, string? earlier)
    {
        Assert.Empty(await own.CheckAsync(Cancel));
        using var export = new MemoryStream();
        await own.ExportLedgerAsync(export, Cancel);
        export.Position = 0;
        var report = LedgerVerifier.Verify(export, new VerifyOptions { EarlierCheckpoint = earlier });
        Assert.Empty(report.Problems);
        return report.Checkpoint!.Text;
    }

    /// <summary>
    /// Each acknowledged read has exactly one entry in the ledger, written while it ran; none was given that a revocation acknowledged before had
    /// ended, and none refused that was permitted.
    /// </summary>
    /// <returns>How many reads were given.</returns>
    public static async Task<int> CheckReadsAsync(OwnAccess own, IEnumerable<Reader> readers)
    {
        var rows = (await own.ReadLedgerAsync(null, int.MaxValue, Cancel)).Where(static r => r.Details!.Kind == LedgerKind.Disclosed).ToLookup(static r => (r.Details!.Actor, r.Details.Purpose));
        var given = 0;
        foreach (var reader in readers.Where(r => r.Sharing.Patient.Patient == own.Patient.ToString()))
        {
            var times = rows[(reader.Sharing.Recipient.Person, reader.Purpose)].Select(static r => r.Leaf.Time.ToUnixTimeMilliseconds()).ToList();
            foreach (var attempt in reader.Attempts.Where(static a => a.Status is HttpStatusCode.OK or HttpStatusCode.NotFound))
            {
                var ok = attempt.Status == HttpStatusCode.OK;
                var recorded = times.Count(t => t >= attempt.BeganAt.ToUnixTimeMilliseconds() && t <= attempt.EndedAt.ToUnixTimeMilliseconds());
                if (ok)
                {
                    given++;
                    Assert.True(recorded > 0, $"{reader.Sharing.Recipient.Name} read for {reader.Purpose} at {attempt.BeganAt:O}, and the ledger does not tell of it");
                }

                var was = reader.Sharing.WasOpen(attempt.Began, attempt.Ended);
                Assert.True(was is null || was == ok, $"{reader.Sharing.Recipient.Name} got {attempt.Status} at {attempt.BeganAt:O} although the consent was {(was == true ? "in force" : "revoked")}");
            }

            // Neighbouring requests may share a millisecond; their number cannot be mistaken.
            var reads = reader.Attempts.Count(static a => a.Status == HttpStatusCode.OK);
            if (reader.Attempts is [var first, .., var last])
            {
                var all = times.Count(t => t >= first.BeganAt.ToUnixTimeMilliseconds() && t <= last.EndedAt.ToUnixTimeMilliseconds());
                var unanswered = reader.Attempts.Count(static a => a.Status is not (HttpStatusCode.OK or HttpStatusCode.NotFound));
                Assert.InRange(all, reads, reads + unanswered);
            }
        }

        return given;
    }

    /// <summary>How many current observations of a batch are stored.</summary>
    public static async Task<int> CountBatchAsync(OwnAccess own, string batch)
    {
        var query = Rapport.Fhir.SearchQuery.Parse("Observation", [new("code", $"{Make.BatchSystem}|{batch}"), new("_summary", "count")]);
        return (await own.QueryAsync(new RecordQuery.Search(query.Query!), Cancel)).Total;
    }
}
