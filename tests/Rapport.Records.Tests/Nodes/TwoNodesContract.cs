using System.Collections.Concurrent;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Two nodes on one database, each with a memory of its own.</summary>
public abstract class TwoNodesContract(TestDatabase test) : RecordsContract(test)
{
    [Fact]
    public async Task What_one_node_revokes_the_other_no_longer_gives_from_its_memory()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var lee = NewDoctor();
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        var permit = Make.Permit(maya, lee.Reference);
        var consent = await there.ConsentAsync(permit);
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(await AskAsync(lee, maya, read));
            await there.RevokeAsync(consent, permit);
            Assert.Null(await AskAsync(lee, maya, read));
            Assert.Null(await AskAsync(lee, maya, Search("Observation", "_summary=count")));
            await there.ReplaceConsentAsync(consent, permit);
        }

        Assert.NotNull(await AskAsync(lee, maya, read));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_one_node_gathers_the_other_gives_and_shows()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.Equal(1, (await AskAsync(lee, maya, new RecordQuery.Everything()))!.Total);
        var pulse = await there.AddAsync(Make.Observation(maya));
        Assert.Equal(2, (await AskAsync(lee, maya, new RecordQuery.Everything()))!.Total);
        var visit = await there.AddAsync(Make.Encounter(maya));
        Assert.NotNull(await AskAsync(lee, maya, new RecordQuery.ById("Encounter", visit)));
        Assert.Equal(1, (await maya.Own.QueryAsync(new RecordQuery.ById("Observation", pulse), Cancel)).Total);
        await there.WriteAsync((pulse, 2, Make.Observation(maya, labels: "PSY")));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Observation", pulse)));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Observation", pulse, 1)));
        Assert.Equal(5, (await maya.Own.OverviewAsync(Cancel)).LedgerSize - (await maya.ReadLedgerAsync()).Count(static r => r.Details!.Kind == LedgerKind.Disclosed));
    }

    [Fact]
    public async Task Under_concurrent_readers_no_disclosure_stands_in_the_ledger_after_the_revocation()
    {
        const int rounds = 12, readersOnEach = 4, mostReads = 100;
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var lee = NewDoctor();
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        var permit = Make.Permit(maya, lee.Reference);
        var consent = await maya.ConsentAsync(permit);
        var given = new ConcurrentBag<long>();
        for (var round = 0; round < rounds; round++)
        {
            var revoked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var warm = new CountdownEvent(2 * readersOnEach);
            var readers = Enumerable.Range(0, 2 * readersOnEach).Select(i => Task.Run(
                async () =>
                {
                    for (var n = 0; ; n++)
                    {
                        if (n == mostReads)
                        {
                            await revoked.Task;
                        }

                        // Asked before the request begins: from then on it must get nothing.
                        var mustBeRefused = revoked.Task.IsCompleted;
                        var disclosure = await AskAsync(lee, maya, read, node: i % 2 == 0 ? Records : OtherNode);
                        if (disclosure is not null)
                        {
                            given.Add(disclosure.LedgerIndex);
                            Assert.False(mustBeRefused, "a read that began after the acknowledged revocation was given");
                        }

                        if (n == 2)
                        {
                            warm.Signal();
                        }

                        if (mustBeRefused)
                        {
                            return;
                        }
                    }
                },
                Cancel)).ToList();
            // A reader that fails ends the test instead of leaving it to wait for ever.
            var warmed = Task.Run(() => warm.Wait(Cancel), Cancel);
            await await Task.WhenAny([warmed, .. readers]);
            var patient = round % 2 == 0 ? maya : there;
            await patient.RevokeAsync(consent, permit);
            revoked.SetResult();
            await Task.WhenAll(readers);
            await patient.ReplaceConsentAsync(consent, permit);
        }

        var open = false;
        var disclosed = new HashSet<long>();
        foreach (var row in (await maya.ReadLedgerAsync()).Reverse())
        {
            switch (row.Details!.Kind)
            {
                case LedgerKind.Consented:
                    open = true;
                    break;
                case LedgerKind.Revoked:
                    open = false;
                    break;
                case LedgerKind.Disclosed:
                    Assert.True(open, $"disclosure {row.Index} stands after a revocation");
                    disclosed.Add(row.Index);
                    break;
            }
        }

        Assert.Equal(given.Order(), disclosed.Order());
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task A_ledger_that_grows_while_it_is_checked_exported_and_signed_raises_no_false_alarm()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var lee = NewDoctor();
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < 60; i++)
                {
                    Assert.NotNull(await AskAsync(lee, maya, read));
                    await (i % 2 == 0 ? maya : there).AddAsync(Make.Observation(maya));
                }
            },
            Cancel);
        var checking = Enumerable.Range(0, 3).Select(i => Task.Run(
            async () =>
            {
                do
                {
                    var own = (i % 2 == 0 ? maya : there).Own;
                    await own.CheckpointAsync(Cancel);
                    Assert.Empty(await own.CheckAsync(Cancel));
                    using var export = new MemoryStream();
                    await own.ExportLedgerAsync(export, Cancel);
                    export.Position = 0;
                    Assert.Empty(LedgerVerifier.Verify(export).Problems);
                }
                while (!writing.IsCompleted);
            },
            Cancel));
        await Task.WhenAll([writing, .. checking]);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Two_gatherings_at_once_are_both_there_and_each_was_planned_on_the_newest_record()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (i % 2 == 0 ? maya : there).AddAsync([Make.Observation(maya), Make.Condition(maya)]))));
        Assert.Equal(41, (await maya.Own.QueryAsync(new RecordQuery.Everything(), Cancel)).Total);
        Assert.Equal(20, (await there.Own.SourcesAsync(Cancel)).Count);
        Assert.Equal(20, (await maya.ReadLedgerAsync()).Count(static r => r.Details!.Kind == LedgerKind.Gathered));
        await maya.VerifyAsync();
    }
}

public sealed class TwoNodesOnSqlite(SqliteTestDatabase test) : TwoNodesContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class TwoNodesOnPostgres(PostgresTestDatabase test) : TwoNodesContract(test), IClassFixture<PostgresTestDatabase>;
