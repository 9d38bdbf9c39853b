using Rapport.Data;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>The whole ledger in short, kept in memory: what it says, that it is never behind or beside what is stored, and the proofs that are made of it.</summary>
public abstract class HistoryContract(TestDatabase test) : RecordsContract(test)
{
    [Fact]
    public async Task It_says_what_the_ledger_says_whichever_node_wrote_it()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var lee = NewDoctor();
        var pulse = await maya.AddAsync(Make.Observation(maya));
        await there.AddAsync(Make.Encounter(maya));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        for (var i = 0; i < 5; i++)
        {
            await AssertToldAsync(maya);
            await AssertToldAsync(there);
            Clock.Advance(TimeSpan.FromMinutes(1));
            await AskAsync(lee, maya, i % 2 == 0 ? new RecordQuery.Everything() : new RecordQuery.ById("Observation", pulse), node: i % 2 == 0 ? OtherNode : Records);
        }

        var looks = (await maya.Own.HistoryAsync(Cancel)).Deeds.Where(deed => deed.IsLook).ToList();
        Assert.Equal(["Encounter", "Observation", "Patient"], looks[0].Types.Except(["Consent"]));
        Assert.Equal(["Observation"], looks[1].Types);
        Assert.Same(looks[1].Types, looks[3].Types);
    }

    [Fact]
    public async Task An_older_history_stays_what_it_was_while_a_newer_one_grows()
    {
        var maya = await NewPatientAsync();
        var sizes = new List<int>();
        var histories = new List<LedgerHistory>();
        for (var i = 0; i < 20; i++)
        {
            histories.Add(await maya.Own.HistoryAsync(Cancel));
            sizes.Add(histories[^1].Deeds.Count);
            await maya.AddAsync(Make.Observation(maya));
        }

        Assert.Equal(Enumerable.Range(1, 20), sizes);
        Assert.All(histories.Zip(sizes), pair => Assert.Equal((pair.Second, pair.Second - 1), (pair.First.Deeds.Count, pair.First.Deeds[^1].Index)));
    }

    [Fact]
    public async Task Who_follows_reads_the_database_only_for_what_is_not_known()
    {
        var maya = await NewPatientAsync();
        var known = await maya.Own.HistoryAsync(Cancel);
        var size = known.Deeds.Count;
        await (await OpenAsync(maya, OtherNode)).AddAsync(Make.Observation(maya));
        Assert.Same(known, await maya.Own.HistoryAsync(size, Cancel));

        var longer = await maya.Own.HistoryAsync(size + 1, Cancel);
        Assert.Equal(size + 1, longer.Deeds.Count);
        Assert.Same(known.Deeds[0], longer.Deeds[0]);
        Assert.Same(longer, await maya.Own.HistoryAsync(size + 1, Cancel));
    }

    [Fact]
    public async Task Asked_by_many_at_once_while_the_ledger_grows_each_gets_a_whole_one()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                for (var i = 0; i < 25; i++)
                {
                    await AskAsync(lee, maya, new RecordQuery.Everything());
                    var deeds = (await maya.Own.HistoryAsync(Cancel)).Deeds;
                    Assert.Equal(Enumerable.Range(0, deeds.Count).Select(n => (long)n), deeds.Select(deed => deed.Index));
                }
            },
            Cancel));
        await Task.WhenAll(readers);
        Assert.Equal(102, (await maya.Own.HistoryAsync(Cancel)).Deeds.Count);
    }

    [Fact]
    public async Task Proofs_made_of_it_hold_and_lead_to_the_signed_checkpoint()
    {
        var maya = await NewPatientAsync();
        var earlier = new List<Checkpoint>();
        for (var i = 0; i < 12; i++)
        {
            earlier.Add(await maya.Own.CheckpointAsync(Cancel));
            await maya.AddAsync(Make.Observation(maya));
        }

        foreach (var checkpoint in earlier)
        {
            var proof = await maya.Own.ConsistencyAsync(checkpoint.Size, Cancel);
            Assert.True(proof.Checkpoint.IsSignedBy(Records.LedgerKey));
            Assert.True(MerkleVerification.Consistency(checkpoint.Size, checkpoint.Root, proof.Checkpoint.Size, proof.Checkpoint.Root, [.. proof.Hashes]));
        }

        foreach (var row in await maya.ReadLedgerAsync())
        {
            var proof = (await maya.Own.InclusionAsync(row.Index, Cancel))!;
            Assert.True(MerkleVerification.Inclusion(row.Leaf.Hash, row.Index, proof.Checkpoint.Size, [.. proof.Hashes], proof.Checkpoint.Root));
        }

        Assert.Null(await maya.Own.InclusionAsync(13, Cancel));
        Assert.Null(await maya.Own.InclusionAsync(-1, Cancel));
        Assert.Empty((await maya.Own.ConsistencyAsync(14, Cancel)).Hashes);
    }

    [Fact]
    public async Task A_changed_or_missing_line_is_told_to_who_reads_it_for_the_first_time()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var afresh = await OpenAsync(maya, OtherNode);
        await Rows.ChangeAsync(Test.OpenAnother(), "UPDATE ledger SET details = NULL, leaf = (SELECT leaf FROM ledger WHERE patient_id = @id AND seq = 0) WHERE patient_id = @id AND seq = 1", new { id = maya.Id.ToString() });

        await Assert.ThrowsAsync<LedgerBrokenException>(() => afresh.Own.HistoryAsync(Cancel));
        await Rows.ChangeAsync(Test.OpenAnother(), "DELETE FROM ledger WHERE patient_id = @id AND seq = 1", new { id = maya.Id.ToString() });
        await Assert.ThrowsAsync<LedgerBrokenException>(() => afresh.Own.HistoryAsync(Cancel));
        await Assert.ThrowsAsync<LedgerBrokenException>(() => afresh.Own.ConsistencyAsync(1, Cancel));
    }

    [Fact]
    public async Task Sizes_are_told_for_many_records_at_once_and_for_none_that_is_not_there()
    {
        var (maya, noor) = (await NewPatientAsync(), await NewPatientAsync("Noor Haddad"));
        await noor.AddAsync(Make.Observation(noor));

        var sizes = await OtherNode.Compartments.LedgerSizesAsync([maya.Id, noor.Id, PatientId.New()], Cancel);

        Assert.Equal(new Dictionary<PatientId, long> { [maya.Id] = 1, [noor.Id] = 2 }, sizes);
        Assert.Empty(await OtherNode.Compartments.LedgerSizesAsync([], Cancel));
    }

    [Fact]
    public async Task A_change_of_consents_is_told_for_many_records_at_once_and_nothing_else_is()
    {
        var (maya, noor) = (await NewPatientAsync(), await NewPatientAsync("Noor Haddad"));
        var before = await OtherNode.Compartments.ConsentSequencesAsync([maya.Id, noor.Id, PatientId.New()], Cancel);
        await noor.AddAsync(Make.Observation(noor));
        Assert.Equal(before, await OtherNode.Compartments.ConsentSequencesAsync([maya.Id, noor.Id], Cancel));

        await noor.Own.PutConsentAsync(null, TestPatient.Parse(Make.Consent(noor, Make.Provision("permit", types: ["Condition"]))), null, Cancel);

        var after = await OtherNode.Compartments.ConsentSequencesAsync([maya.Id, noor.Id], Cancel);
        Assert.Equal(before[maya.Id], after[maya.Id]);
        Assert.NotEqual(before[noor.Id], after[noor.Id]);
    }

    private static async Task AssertToldAsync(TestPatient patient)
    {
        var rows = (await patient.ReadLedgerAsync()).Reverse().ToList();
        var deeds = (await patient.Own.HistoryAsync(Cancel)).Deeds;
        Assert.Equal(
            rows.Select(row => (row.Index, row.Leaf.Time, (LedgerKind?)row.Details!.Kind, row.Details.Actor, row.Details.ActorName, row.Details.Purpose, row.Details.EntryCount, row.Details.Note)),
            deeds.Select(deed => (deed.Index, deed.At, deed.Kind, deed.Actor, deed.ActorName, deed.Purpose, deed.EntryCount, deed.Note)));
        Assert.Equal(rows.Select(row => row.Details!.Consents), deeds.Select(deed => deed.Consents));
        Assert.Equal(rows.Select(row => string.Join(' ', patient.Own.EntriesOf(row.Details!).Select(entry => entry.ResourceType).Distinct().Order(StringComparer.Ordinal))), deeds.Select(deed => string.Join(' ', deed.Types)));
    }
}

public sealed class HistoryOnSqlite(SqliteTestDatabase test) : HistoryContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class HistoryOnPostgres(PostgresTestDatabase test) : HistoryContract(test), IClassFixture<PostgresTestDatabase>;
