using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Erasing the key of one patient erases that patient, on all nodes, and leaves a ledger that verifies.</summary>
public abstract class ErasingContract(TestDatabase test) : RecordsContract(test)
{
    [Fact]
    public async Task After_an_erasure_no_node_gives_anything_from_its_memory()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var lee = NewDoctor();
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.NotNull(await AskAsync(lee, maya, read));
        await there.Own.QueryAsync(read, Cancel);

        await there.Own.EraseAsync(Cancel);

        Assert.Null(await AskAsync(lee, maya, read));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.Everything()));
        await Assert.ThrowsAsync<RecordErasedException>(() => maya.Own.QueryAsync(read, Cancel));
        await Assert.ThrowsAsync<RecordErasedException>(() => maya.Own.ReadLedgerAsync(null, 10, Cancel));
        await Assert.ThrowsAsync<RecordErasedException>(() => maya.AddAsync(Make.Observation(maya)));
        await Assert.ThrowsAsync<RecordErasedException>(() => maya.Own.EraseAsync(Cancel));
        foreach (var node in new[] { Records, OtherNode })
        {
            Assert.Null(await node.Compartments.OpenOwnAsync(maya.Id, maya.Owner, Cancel));
            Assert.Empty((await node.Compartments.SharedWithAsync(lee, null, 10, Cancel)).Records);
        }
    }

    [Fact]
    public async Task A_disclosure_that_races_with_the_erasure_is_before_it_in_the_ledger_or_is_not_given()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var lee = NewDoctor();
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var given = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var readers = Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            while (await AskAsync(lee, maya, read) is { } disclosure)
            {
                if (Interlocked.Increment(ref given) == 20)
                {
                    enough.SetResult();
                }

                Assert.True(disclosure.LedgerIndex >= 0);
            }
        }, Cancel)).ToList();
        await enough.Task;

        await there.Own.EraseAsync(Cancel);
        await Task.WhenAll(readers);

        // Created, gathered, consented, each disclosure that was given, erased.
        var report = await VerifyAsync(maya);
        Assert.Equal(3 + given + 1, report.Size);
    }

    [Fact]
    public async Task What_stays_verifies_and_tells_nothing()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var id = await maya.AddAsync(Make.Observation(maya));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        await AskAsync(lee, maya, new RecordQuery.ById("Observation", id));
        using var before = new MemoryStream();
        await maya.Own.ExportLedgerAsync(before, Cancel);
        await maya.Own.EraseAsync(Cancel);

        var report = await VerifyAsync(maya);
        Assert.Equal((5, 5), (report.Size, report.ErasedDetails));

        // The export from before still agrees: the leaves of the one are the first of the other.
        var old = LeavesOf(Encoding.UTF8.GetString(before.ToArray()));
        Assert.Equal(old, LeavesOf(await ExportAsync(maya)).Take(old.Count));

        var patient = maya.Id.ToString();
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM entry WHERE patient_id = @patient", patient));
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM source WHERE patient_id = @patient", patient));
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM sharing WHERE patient_id = @patient", patient));
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM compartment WHERE patient_id = @patient AND LENGTH(data_key) = 0", patient));
    }

    [Fact]
    public async Task Of_others_nothing_is_erased()
    {
        var maya = await NewPatientAsync();
        var noor = await NewPatientAsync();
        var id = await noor.AddAsync(Make.Observation(noor));
        await maya.Own.EraseAsync(Cancel);
        Assert.Equal(1, (await noor.Own.QueryAsync(new RecordQuery.ById("Observation", id), Cancel)).Total);
        Assert.Empty(await noor.Own.CheckAsync(Cancel));
        using var none = new MemoryStream();
        Assert.False(await Records.Compartments.ExportErasedLedgerAsync(noor.Id, none, Cancel));
        Assert.Equal(0, none.Length);
    }

    private async Task<VerifyReport> VerifyAsync(TestPatient patient)
    {
        using var export = new MemoryStream(Encoding.UTF8.GetBytes(await ExportAsync(patient)));
        var report = LedgerVerifier.Verify(export);
        Assert.Empty(report.Problems);
        return report;
    }

    private async Task<string> ExportAsync(TestPatient patient)
    {
        using var export = new MemoryStream();
        Assert.True(await Records.Compartments.ExportErasedLedgerAsync(patient.Id, export, Cancel));
        return Encoding.UTF8.GetString(export.ToArray());
    }

    private static List<string> LeavesOf(string export) =>
        [.. export.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => (string?)JsonNode.Parse(line)!["leaf"]).OfType<string>()];

    private Task<long> CountAsync(string sql, string patient) => Test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>(sql, new { patient }), Cancel);
}

public sealed class ErasingOnSqlite(SqliteTestDatabase test) : ErasingContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class ErasingOnPostgres(PostgresTestDatabase test) : ErasingContract(test), IClassFixture<PostgresTestDatabase>;
