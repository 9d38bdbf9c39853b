using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.Merging;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>What several sources tell of one thing is shown once, of what its reader may see and nothing else; the patient joins and parts.</summary>
public abstract class MergingContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly RecordQuery.Timeline Merged = new(100) { Merges = true, CountsTypes = true };

    [Fact]
    public async Task What_two_sources_tell_is_one_match_with_the_other_beside_it()
    {
        var maya = await NewPatientAsync();
        var first = await maya.AddAsync(Make.Condition(maya, onset: "2020-03-02"));
        var second = await maya.AddAsync(Make.Condition(maya, code: "59621000", onset: "2020-03-02"));

        var answer = await maya.Own.QueryAsync(Merged, Cancel);
        Assert.Equal((2, 1), (answer.MatchCount, answer.CountByType!["Condition"]));
        var at = Ids(answer).ToList().IndexOf(maya.IdOf(first));
        var same = Assert.Single(answer.SameAs(at));
        Assert.Equal((maya.IdOf(second), new MergeReason(SameBy.Concept, SameWhen.Day)), (answer.Entries[same.Index].Id, same.Reason));
        Assert.Equal(1, (await maya.Own.OverviewAsync(Cancel)).ByType["Condition"]);

        // Nothing is gone: who asks for entries gets each.
        Assert.Equal(3, (await maya.Own.QueryAsync(new RecordQuery.Everything(), Cancel)).MatchCount);
    }

    [Fact]
    public async Task Entries_of_one_source_stay_apart()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Condition(maya), Make.Condition(maya));
        await maya.AddAsync(Make.Observation(maya));
        Assert.Equal(2, (await maya.Own.QueryAsync(Merged, Cancel)).CountByType!["Condition"]);
    }

    [Fact]
    public async Task The_patient_parts_what_was_joined_and_joins_what_was_parted_and_the_ledger_tells_of_both()
    {
        var maya = await NewPatientAsync();
        var first = await maya.AddAsync(Make.Condition(maya, onset: "2020-03-02"));
        var second = await maya.AddAsync(Make.Condition(maya, onset: "2020-03-02"));
        Assert.True(await maya.Own.LinkAsync(second, first, isSame: false, Cancel));
        Assert.Equal(2, await ConditionsAsync(maya));
        var there = await OpenAsync(maya, OtherNode);
        Assert.Equal(2, await ConditionsAsync(there));

        Assert.True(await there.Own.LinkAsync(first, second, isSame: true, Cancel));
        Assert.Equal(1, await ConditionsAsync(maya));
        var answer = await maya.Own.QueryAsync(new RecordQuery.ById("Condition", first) { Merges = true }, Cancel);
        Assert.Equal(SameBy.Patient, Assert.Single(answer.SameAs(0)).Reason.By);

        // Saying it again changes nothing.
        var size = (await maya.ReadLedgerAsync()).Count;
        Assert.True(await maya.Own.LinkAsync(first, second, isSame: true, Cancel));
        Assert.Equal(size, (await maya.ReadLedgerAsync()).Count);
        Assert.Equal(["joined", "parted"], (await maya.ReadLedgerAsync()).Where(row => row.Details!.Kind == LedgerKind.Corrected).Select(row => row.Details!.Note));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Things_that_no_rule_joins_are_joined_by_the_patient_also_within_one_source()
    {
        var maya = await NewPatientAsync();
        var ids = await maya.AddAsync(Make.Condition(maya, code: "1", onset: "2011"), Make.Condition(maya, code: "2", onset: "2015"));
        await maya.AddAsync(Make.Observation(maya));
        Assert.True(await maya.Own.LinkAsync(ids[0], ids[1], isSame: true, Cancel));
        Assert.Equal(1, await ConditionsAsync(maya));
    }

    [Fact]
    public async Task What_is_not_there_or_of_another_kind_cannot_be_joined()
    {
        var maya = await NewPatientAsync();
        var ids = await maya.AddAsync(Make.Condition(maya), Make.Observation(maya));
        var noor = await NewPatientAsync("Noor");
        var theirs = await noor.AddAsync(Make.Condition(noor));
        var size = (await maya.ReadLedgerAsync()).Count;
        Assert.False(await maya.Own.LinkAsync(ids[0], ids[1], isSame: true, Cancel));
        Assert.False(await maya.Own.LinkAsync(ids[0], ids[0], isSame: true, Cancel));
        Assert.False(await maya.Own.LinkAsync(ids[0], theirs, isSame: true, Cancel));
        Assert.False(await maya.Own.LinkAsync(ids[0], LocalId.New(), isSame: false, Cancel));
        Assert.Equal(size, (await maya.ReadLedgerAsync()).Count);
    }

    [Fact]
    public async Task Links_are_found_by_nobody()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", lee.Reference, types: ["Condition", "Linkage", "Patient"])));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var first = await maya.AddAsync(Make.Condition(maya));
        var second = await maya.AddAsync(Make.Condition(maya));
        await maya.Own.LinkAsync(first, second, isSame: false, Cancel);
        Assert.DoesNotContain("Linkage", (await maya.Own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Select(entry => entry.ResourceType));
        Assert.DoesNotContain("Linkage", (await AskAsync(lee, maya, new RecordQuery.Everything()))!.Entries.Select(entry => entry.ResourceType));
        Assert.Null(await AskAsync(lee, maya, Search("Linkage")));
        Assert.DoesNotContain("Linkage", (await maya.Own.OverviewAsync(Cancel)).ByType.Keys);
    }

    [Fact]
    public async Task What_a_recipient_may_not_see_has_no_part_in_what_they_see()
    {
        // Two records that differ only in what lee may not see: entries that would join the visible ones, lead them, or connect them.
        var lee = NewDoctor();
        var told = new List<string>();
        foreach (var hasHidden in new[] { false, true })
        {
            var maya = await NewPatientAsync();
            await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
            if (hasHidden)
            {
                await maya.AddAsync(Make.Condition(maya, "38341003", "2020-03-02", "PSY"), Make.Observation(maya, value: 72.5m, labels: "PSY"));
            }

            await maya.AddAsync(Make.Condition(maya, onset: "2020-03-02"), Make.Observation(maya, value: 72.5m));
            if (hasHidden)
            {
                await maya.AddAsync(Make.Condition(maya, "38341003", "2020-03-02", "PSY"), Make.Observation(maya, value: 72.5m, labels: "PSY"));
            }

            await maya.AddAsync(Make.Condition(maya, onset: "2020-03-03"), Make.Observation(maya, date: "2026-01-11", value: 72.5m));
            var answer = await AskAsync(lee, maya, Merged);
            told.Add(string.Join('\n', Enumerable.Range(0, answer!.Count).Select(i => i < answer.MatchCount
                ? $"{answer.Entries[i].ResourceType} {answer.Entries[i].When} {string.Join(',', answer.SameAs(i))}"
                : $"{answer.Entries[i].ResourceType} {answer.Entries[i].When}")) + $" {answer.Total} {string.Join(',', answer.CountByType!.OrderBy(pair => pair.Key))}");
        }

        Assert.Contains("Condition", told[0], StringComparison.Ordinal);
        Assert.Equal(told[0], told[1]);
    }

    [Fact]
    public async Task However_much_of_a_day_stays_home_what_is_seen_of_it_is_one()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        await maya.AddAsync([.. Enumerable.Range(0, 600).Select(i => Make.Observation(maya, value: 20 + i, labels: "PSY"))]);
        await maya.AddAsync(Make.Observation(maya, value: 77.5m));
        await maya.AddAsync(Make.Observation(maya, value: 77.5m));
        Assert.Equal(1, (await AskAsync(lee, maya, Merged))!.CountByType!["Observation"]);
    }

    [Fact]
    public async Task Who_gives_up_waiting_stops_the_reading_and_who_asks_next_goes_on()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync([.. Enumerable.Range(0, 3_000).Select(i => Make.Observation(maya, value: i))]);
        await maya.AddAsync(Make.Observation(maya, value: 5));
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => maya.Own.QueryAsync(Merged, given.Token));
        Assert.Equal(3_000, (await maya.Own.QueryAsync(Merged, Cancel)).CountByType!["Observation"]);
    }

    [Fact]
    public async Task A_summary_of_several_searches_tells_once_what_two_of_them_find()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Medicine(maya, "MedicationRequest", "Lipitor 20 mg", "authoredOn"));
        await maya.AddAsync(Medicine(maya, "MedicationStatement", "atorvastatin 20 MG Oral Tablet", "effectiveDateTime"));
        var several = new RecordQuery.Several([Search("MedicationRequest").Query, Search("MedicationStatement").Query]) { Merges = true };
        Assert.Equal((1, 1), ((await maya.Own.QueryAsync(several, Cancel)).MatchCount, (await maya.Own.QueryAsync(several, Cancel)).Total));

        static JsonObject Medicine(TestPatient patient, string type, string name, string date) => new()
        {
            ["resourceType"] = type,
            ["status"] = "active",
            ["intent"] = type == "MedicationRequest" ? "order" : null,
            ["medicationCodeableConcept"] = new JsonObject { ["text"] = name },
            ["subject"] = new JsonObject { ["reference"] = patient.Reference },
            [date] = "2026-01-10",
        };
    }

    [Fact]
    public async Task What_one_source_says_is_all_told_where_that_source_is_asked_for()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Condition(maya));
        await maya.AddAsync(Make.Condition(maya));
        var source = (await maya.Own.SourcesAsync(Cancel))[0].Number;
        Assert.Equal(1, (await maya.Own.QueryAsync(Merged with { Source = source }, Cancel)).MatchCount);
    }

    [Fact]
    public async Task A_filter_that_finds_only_the_second_telling_finds_it()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Condition(maya, onset: "2019-12-31"));
        var second = await maya.AddAsync(Make.Condition(maya, onset: "2020-01-01"));
        var answer = await maya.Own.QueryAsync(Merged with { From = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) }, Cancel);
        Assert.Equal(maya.IdOf(second), answer.Entries[0].Id);
        Assert.Single(answer.SameAs(0));
    }

    private static async Task<int> ConditionsAsync(TestPatient patient) => (await patient.Own.QueryAsync(Merged, Cancel)).CountByType!["Condition"];
}

public sealed class MergingOnSqlite(SqliteTestDatabase test) : MergingContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class MergingOnPostgres(PostgresTestDatabase test) : MergingContract(test), IClassFixture<PostgresTestDatabase>;
