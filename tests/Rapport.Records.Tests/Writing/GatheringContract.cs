using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

public abstract class GatheringContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly SourceDescription File = new("file", "lab results.json") { Digest = new byte[32], Tally = new Dictionary<string, int> { ["left out"] = 2 } };

    [Fact]
    public async Task A_gathering_tells_its_source_and_its_place_in_the_ledger()
    {
        var maya = await NewPatientAsync();
        var outcome = await maya.Own.GatherAsync(File, view => new GatheringPlan([TestPatient.Draft(view, LocalId.New(), 1, Make.Observation(maya))], new Dictionary<string, int> { ["taken"] = 1 }), Cancel);
        Assert.Equal(new GatheringOutcome(2, 1), outcome);
        var source = Assert.Single(await maya.Own.SourcesAsync(Cancel));
        Assert.Equal((2L, Clock.GetUtcNow(), "file", "lab results.json", 1), (source.Number, source.At, source.Description.Kind, source.Description.Name, source.Description.Tally["taken"]));
        Assert.Equal(File.Digest.ToArray(), source.Description.Digest.ToArray());
        Assert.Equal("lab results.json", (await maya.ReadLedgerAsync())[0].Details!.Note);
    }

    [Fact]
    public async Task Parts_and_provenance_are_read_again_by_their_owner_and_checked_with_the_record()
    {
        var maya = await NewPatientAsync();
        var local = LocalId.New();
        ReadOnlyMemory<byte>[] parts = [new byte[] { 1, 2, 3 }, Array.Empty<byte>(), new byte[300_000]];
        await maya.Own.GatherAsync(
            File,
            view => new GatheringPlan(
            [
                TestPatient.Draft(view, LocalId.New(), 1, Make.Observation(maya)),
                TestPatient.Draft(view, local, 1, Make.Observation(maya)) with { Parts = parts, Provenance = new Provenance { Line = 12, Converted = ["`1 lb` became `0.45 kg`"] } },
            ]),
            Cancel);
        var there = await OpenAsync(maya, OtherNode);
        var answer = await there.Own.QueryAsync(new RecordQuery.ById("Observation", local), Cancel);
        Assert.True(answer.HasParts(0));
        Assert.Equal(parts.Select(part => part.ToArray()), (await answer.ReadPartsAsync(0, Cancel)).Select(part => part.ToArray()));
        var provenance = await there.Own.ProvenanceAsync(local, Cancel);
        Assert.Equal((12, "`1 lb` became `0.45 kg`"), (provenance!.Line, Assert.Single(provenance.Converted)));
        await maya.VerifyAsync();

        var size = await there.Own.SizeAsync(Cancel);
        Assert.InRange(size.Series, 300_003, 300_200);
        Assert.Equal(0, size.Documents);
        Assert.InRange(size.Entries, 1, 10_000);

        // Taken away, or moved, it is missed.
        await Rows.ChangeAsync(Test.Database, "DELETE FROM entry_part WHERE seq = 3 AND number = 1");
        Assert.Equal("a part of entry 3 is gone, or was changed or moved", Assert.Single(await maya.Own.CheckAsync(Cancel)));
        await Rows.ChangeAsync(Test.Database, "UPDATE entry_part SET number = 1 WHERE seq = 3 AND number = 2");
        Assert.Single(await maya.Own.CheckAsync(Cancel));
        await Assert.ThrowsAsync<SealBrokenException>(() => answer.ReadPartAsync(0, 1, Cancel));
        await Rows.ChangeAsync(Test.Database, "DELETE FROM entry_part");
        Assert.Single(await maya.Own.CheckAsync(Cancel));
    }

    [Fact]
    public async Task Nothing_new_leaves_no_trace()
    {
        var maya = await NewPatientAsync();
        Assert.Equal(new GatheringOutcome(null, -1), await maya.Own.GatherAsync(File, static _ => new GatheringPlan([]), Cancel));
        Assert.Empty(await maya.Own.SourcesAsync(Cancel));
        Assert.Single(await maya.ReadLedgerAsync());
    }

    [Fact]
    public async Task Whoever_finds_the_record_changed_meanwhile_plans_again()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        List<int> seen = [];
        var changed = new ManualResetEventSlim();
        var outcome = await maya.Own.GatherAsync(
            File,
            view =>
            {
                seen.Add(view.PatientVersion);
                if (seen.Count == 1)
                {
                    // Another node changes the Patient after this plan has read it.
                    _ = Task.Run(
                        async () =>
                        {
                            await there.Own.GatherAsync(File, v => new GatheringPlan([Named(v)]), Cancel);
                            changed.Set();
                        },
                        Cancel);
                    changed.Wait(Cancel);
                }

                return new GatheringPlan([TestPatient.Draft(view, LocalId.New(), 1, Make.Observation(maya))]);
            },
            Cancel);
        Assert.Equal([1, 2], seen);
        Assert.Equal(3, outcome.Source);
        Assert.Equal(2, (await maya.Own.OverviewAsync(Cancel)).Total);
        await maya.VerifyAsync();

        static EntryDraft Named(GatheringView view) => TestPatient.Draft(
            view, null, view.PatientVersion + 1, new JsonObject { ["resourceType"] = "Patient", ["name"] = new JsonArray(new JsonObject { ["family"] = "Ortiz" }) });
    }

    [Fact]
    public async Task A_plan_that_fails_changes_nothing()
    {
        var maya = await NewPatientAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => maya.Own.GatherAsync(File, static GatheringPlan (_) => throw new InvalidOperationException("no plan"), Cancel));
        Assert.Equal(1, (await maya.Own.OverviewAsync(Cancel)).Total);
        await maya.VerifyAsync();
    }

    [Theory]
    [InlineData("active")]
    [InlineData("inactive")]
    public async Task A_gathering_cannot_touch_a_consent_that_the_patient_made(string status)
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var consent = Make.Permit(maya, lee.Reference);
        consent["status"] = status;
        var id = await maya.ConsentAsync(consent);
        var before = (await maya.ReadLedgerAsync()).Count;
        var other = Make.Permit(maya, NewDoctor("Mallory").Reference);
        await Assert.ThrowsAsync<InvalidOperationException>(() => maya.WriteAsync((LocalId.New(), 1, Make.Observation(maya)), (id, 2, other)));
        Assert.Equal(before, (await maya.ReadLedgerAsync()).Count);
        Assert.Equal(2, (await maya.Own.OverviewAsync(Cancel)).Total);
        Assert.Equal(1, Assert.Single(await maya.Own.ConsentsAsync(Cancel)).Entry.Version);
    }

    [Fact]
    public async Task What_came_before_is_found_by_its_origin()
    {
        var maya = await NewPatientAsync();
        var local = LocalId.New();
        await maya.Own.GatherAsync(File, view => new GatheringPlan([TestPatient.Draft(view, local, 1, Make.Observation(maya)) with { Origin = 42, ContentDigest = 7 }]), Cancel);
        var there = await OpenAsync(maya, OtherNode);
        await there.Own.GatherAsync(
            File,
            view =>
            {
                Assert.Equal(new KnownEntry(local, 1, 7, 42, "Observation", false, 2), view.FindOrigin(42));
                Assert.Null(view.FindOrigin(43));
                Assert.Null(view.FindOrigin(0));
                Assert.Contains("8867-4", System.Text.Encoding.UTF8.GetString(view.ReadBody(view.Find(local)!.Value).Span), StringComparison.Ordinal);
                return new GatheringPlan([TestPatient.Draft(view, local, 2, Make.Observation(maya, code: "8480-6")) with { Origin = 42, ContentDigest = 8 }]);
            },
            Cancel);
        await maya.Own.GatherAsync(
            File,
            view =>
            {
                Assert.Equal(new KnownEntry(local, 2, 8, 42, "Observation", false, 3), view.FindOrigin(42));
                return new GatheringPlan([]);
            },
            Cancel);
    }

    [Fact]
    public async Task A_consent_is_written_only_where_it_may_be()
    {
        var maya = await NewPatientAsync();
        var noor = await NewPatientAsync("Noor Haddad");
        var lee = NewDoctor();
        var consent = TestPatient.Parse(Make.Permit(maya, lee.Reference));
        Assert.Equal(ConsentWriteStatus.WrongPatient, (await noor.Own.PutConsentAsync(null, consent, null, Cancel)).Status);
        Assert.Equal(ConsentWriteStatus.NotFound, (await maya.Own.PutConsentAsync(LocalId.New(), consent, null, Cancel)).Status);
        var pulse = await maya.AddAsync(Make.Observation(maya));
        Assert.Equal(ConsentWriteStatus.NotFound, (await maya.Own.PutConsentAsync(pulse, consent, null, Cancel)).Status);
        Assert.Equal(ConsentWriteStatus.NotFound, (await maya.Own.PutConsentAsync(default(LocalId), consent, null, Cancel)).Status);
        var id = await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.Equal(ConsentWriteStatus.VersionConflict, (await maya.Own.PutConsentAsync(id, consent, 2, Cancel)).Status);
        Assert.Equal(ConsentWriteStatus.Updated, (await maya.Own.PutConsentAsync(id, consent, 1, Cancel)).Status);
        Assert.Equal(ConsentWriteStatus.VersionConflict, (await maya.Own.PutConsentAsync(id, consent, 1, Cancel)).Status);
        Assert.Equal(2, Assert.Single(await maya.Own.ConsentsAsync(Cancel)).Entry.Version);
        await maya.VerifyAsync();
        await noor.VerifyAsync();
    }
}

public sealed class GatheringOnSqlite(SqliteTestDatabase test) : GatheringContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class GatheringOnPostgres(PostgresTestDatabase test) : GatheringContract(test), IClassFixture<PostgresTestDatabase>;
