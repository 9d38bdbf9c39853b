using Rapport.Data;
using Rapport.Fhir;
using System.Text.Json.Nodes;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Consents that end in other ways than on a day: with a number of openings, with a treatment.</summary>
public abstract class BoundedConsentsContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly RecordQuery Everything = new RecordQuery.Everything();

    [Fact]
    public async Task A_visit_is_one_opening_however_much_is_looked_at_and_the_last_one_ends_it()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Observation(maya));
        var consent = await maya.ConsentAsync(Counted(Make.Permit(maya, lee.Reference), 2));

        // A visit goes on for an hour, on every node.
        Assert.NotNull(await AskAsync(lee, maya, Everything));
        Assert.NotNull(await AskAsync(lee, maya, Everything, node: OtherNode));
        Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await AskAsync(lee, maya, Search("Observation"), node: OtherNode));
        Assert.Equal(1, await UsedAsync(maya));

        Clock.Advance(TimeSpan.FromDays(3));
        Assert.NotNull(await AskAsync(lee, maya, Search("Observation", "_summary=count"), node: OtherNode));
        Assert.NotNull(await AskAsync(lee, maya, Everything));
        Assert.Equal(2, await UsedAsync(maya));
        Assert.Equal(Clock.GetUtcNow().AddHours(1), (await Records.Compartments.FindSharedAsync(lee, maya.Id, Cancel))!.Until);

        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await AskAsync(lee, maya, Everything));
        Assert.Null(await AskAsync(lee, maya, Everything, node: OtherNode));
        Assert.Null(await Records.Compartments.FindSharedAsync(lee, maya.Id, Cancel));
        var told = (await maya.ReadLedgerAsync()).Select(row => row.Details!).Where(details => details.Kind == LedgerKind.Consented && details.Actor == lee.Reference);
        Assert.Equal([(2, 2), (1, 2)], told.Select(details => CountedOpening.In(details.Note)!.Value));
        Assert.All(told, details => Assert.Equal([maya.IdOf(consent)], details.Consents));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Looking_for_what_is_not_there_opens_nothing()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Condition(maya, labels: ["PSY"])]);
        await maya.ConsentAsync(Counted(Make.Permit(maya, lee.Reference), 1));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Condition", ids[1])));
        Assert.Null(await AskAsync(lee, maya, Search("Immunization")));
        Assert.Null(await AskAsync(NewDoctor("Dr No"), maya, Everything));
        Assert.Equal(0, await UsedAsync(maya));
    }

    [Fact]
    public async Task Many_who_begin_a_visit_at_the_same_time_on_two_nodes_begin_one()
    {
        var maya = await NewPatientAsync();
        var members = Enumerable.Range(0, 24).Select(i => NewDoctor($"Dr {i}", "Organization/hill")).ToList();
        var read = new RecordQuery.ById("Observation", await maya.AddAsync(Make.Observation(maya)));
        await maya.ConsentAsync(Counted(Make.Permit(maya, "Organization/hill"), 1));

        var seen = await Task.WhenAll(members.Select((member, i) => AskAsync(member, maya, read, node: i % 2 == 0 ? Records : OtherNode)));

        Assert.All(seen, Assert.NotNull);
        Assert.Equal(1, await UsedAsync(maya));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.All(await Task.WhenAll(members.Select((member, i) => AskAsync(member, maya, read, node: i % 2 == 0 ? Records : OtherNode))), Assert.Null);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Stopping_it_ends_a_visit_that_goes_on()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Observation(maya));
        var permit = Counted(Make.Permit(maya, lee.Reference), 5);
        var consent = await maya.ConsentAsync(permit);
        Assert.NotNull(await AskAsync(lee, maya, Everything));
        await maya.RevokeAsync(consent, permit);
        Assert.Null(await AskAsync(lee, maya, Everything));
        Assert.Null(await AskAsync(lee, maya, Everything, node: OtherNode));
    }

    /// <summary>Each rule takes room beside all entries: a program that writes very many is stopped, what pages make has room, and what is there can be ended and be replaced.</summary>
    [Fact]
    public async Task Consents_have_so_many_rules_together_and_no_more()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Observation(maya));
        var many = Make.Permit(maya, lee.Reference);
        many["provision"]!["provision"] = new JsonArray([.. Enumerable.Range(0, 900).Select(static i => new JsonObject { ["type"] = "deny", ["code"] = new JsonArray(Make.Concept(Make.Loinc, $"{i}", null)) })]);
        List<LocalId> written = [];
        ConsentWritten last;
        do
        {
            last = await maya.Own.PutConsentAsync(null, Fhir.Resource.Parse(System.Text.Encoding.UTF8.GetBytes(many.ToJsonString())).Resource!, null, Cancel);
            written.AddRange(last.Entry is { } entry ? [LocalId.Parse(entry.Id.AsSpan(PatientId.TextLength + 1))] : []);
        }
        while (last.Status == ConsentWriteStatus.Created && written.Count < 100);

        Assert.Equal((ConsentWriteStatus.TooMany, 5), (last.Status, written.Count));
        await maya.ConsentAsync(Make.Permit(maya, "Organization/hill"));
        Assert.Equal(ConsentWriteStatus.Updated, (await maya.ReplaceConsentAsync(written[0], many)).Status);
        Assert.NotNull(await AskAsync(lee, maya, Everything));
        foreach (var id in written)
        {
            await maya.RevokeAsync(id, many);
        }

        Assert.Null(await AskAsync(lee, maya, Everything));
        await maya.ConsentAsync(many);
    }

    /// <summary>An opening is one visit: nobody writes one that goes on for years. What was written so before can be ended.</summary>
    [Fact]
    public async Task No_opening_is_written_that_goes_on_for_longer_than_one_does()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Observation(maya));
        var permit = Counted(Make.Permit(maya, lee.Reference), 1);
        permit["modifierExtension"]![0]!["extension"]![1]!["valueInteger"] = 1;
        permit["modifierExtension"]![0]!["extension"]!.AsArray().Add((JsonNode)new JsonObject { ["url"] = "open-until", ["valueInstant"] = "2099-01-01T00:00:00Z" });
        Assert.Equal(ConsentWriteStatus.OpenTooLong, (await maya.Own.PutConsentAsync(null, Fhir.Resource.Parse(System.Text.Encoding.UTF8.GetBytes(permit.ToJsonString())).Resource!, null, Cancel)).Status);
        Assert.Null(await AskAsync(lee, maya, Everything));

        permit["modifierExtension"]![0]!["extension"]![2]!["valueInstant"] = FhirTime.Instant(Clock.GetUtcNow().AddMinutes(50));
        var goesOn = await maya.ConsentAsync(permit);
        Assert.NotNull(await AskAsync(lee, maya, Everything));
        permit["modifierExtension"]![0]!["extension"]![2]!["valueInstant"] = "2099-01-01T00:00:00Z";
        Assert.Equal(ConsentWriteStatus.OpenTooLong, (await maya.ReplaceConsentAsync(goesOn, permit)).Status);
        await maya.RevokeAsync(goesOn, permit);
        Assert.Null(await AskAsync(lee, maya, Everything));
    }

    [Fact]
    public async Task A_consent_ends_when_the_treatment_in_the_record_does()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Observation(maya), Episode(maya, "active", null)]);
        await maya.ConsentAsync(EndsWith(Make.Permit(maya, lee.Reference), $"EpisodeOfCare/{maya.IdOf(ids[1])}"));
        Assert.NotNull(await AskAsync(lee, maya, Everything));
        Assert.Null((await Records.Compartments.FindSharedAsync(lee, maya.Id, Cancel))!.Until);

        // A day that is known beforehand belongs to it.
        var today = DateOnly.FromDateTime(Clock.GetUtcNow().Date);
        await there.WriteAsync((ids[1], 2, Episode(maya, "active", today.AddDays(2))));
        var end = new DateTimeOffset(today.AddDays(3), TimeOnly.MinValue, TimeSpan.Zero);
        Assert.Equal(end, (await Records.Compartments.FindSharedAsync(lee, maya.Id, Cancel))!.Until);
        await maya.VerifyAsync();
        Clock.Advance(end - Clock.GetUtcNow() - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await AskAsync(lee, maya, Everything));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await AskAsync(lee, maya, Everything));

        // Whoever only adds to a record does not prolong what has ended.
        await there.WriteAsync((ids[1], 3, Episode(maya, "active", null)));
        Assert.Null(await AskAsync(lee, maya, Everything));
        Assert.Null(await Records.Compartments.FindSharedAsync(lee, maya.Id, Cancel));
        await maya.VerifyAsync();

        // What is agreed now is for the treatment as it is now.
        Clock.Advance(TimeSpan.FromMinutes(1));
        var again = Make.Permit(maya, lee.Reference);
        again["dateTime"] = Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        await maya.ConsentAsync(EndsWith(again, $"EpisodeOfCare/{maya.IdOf(ids[1])}"));
        Assert.NotNull(await AskAsync(lee, maya, Everything));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await there.WriteAsync((ids[1], 4, Episode(maya, "finished", null)));
        Assert.Null(await AskAsync(lee, maya, Everything));
        await there.WriteAsync((ids[1], 5, Episode(maya, "active", null)));
        Assert.Null(await AskAsync(lee, maya, Everything));
        Assert.Null(await Records.Compartments.FindSharedAsync(lee, maya.Id, Cancel));
        await maya.VerifyAsync();
    }

    /// <summary>Memory and head row once disagreed after it, and the gate asked for ever.</summary>
    [Fact]
    public async Task The_node_that_brought_something_in_gives_it_as_any_other()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Observation(maya), Episode(maya, "active", null)]);
        await maya.ConsentAsync(EndsWith(Make.Permit(maya, lee.Reference), $"EpisodeOfCare/{maya.IdOf(ids[1])}"));
        await maya.AddAsync(Make.Condition(maya));
        Assert.Equal(4, (await AskAsync(lee, maya, Everything))!.Count);
        Assert.Equal(4, (await AskAsync(lee, maya, Everything, node: OtherNode))!.Count);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task One_that_names_nobody_is_counted_for_everybody()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var permit = Counted(Make.Permit(maya, "Practitioner/x"), 1);
        permit["provision"]!.AsObject().Remove("actor");
        Assert.Equal(ConsentWriteStatus.Created, (await maya.Own.PutConsentAsync(null, Fhir.Resource.Read(System.Text.Encoding.UTF8.GetBytes(permit.ToJsonString())), null, Cancel)).Status);
        Assert.NotNull(await AskAsync(NewDoctor(), maya, Everything));
        Assert.NotNull(await AskAsync(NewDoctor(), maya, Everything));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await AskAsync(NewDoctor(), maya, Everything));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_is_shared_without_counting_uses_no_look_up()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync([Make.Observation(maya), Make.Condition(maya)]);
        await maya.ConsentAsync(Of(Make.Permit(maya, lee.Reference), "Observation"));
        await maya.ConsentAsync(Counted(Of(Make.Permit(maya, lee.Reference), "Condition"), 1));
        await maya.ConsentAsync(Counted(Of(Make.Permit(maya, lee.Reference), "Patient"), 1));
        Assert.NotNull(await AskAsync(lee, maya, Search("Observation")));
        Assert.Equal([0, 0], await AllUsedAsync(maya));
        Assert.NotNull(await AskAsync(lee, maya, Search("Condition", "_summary=count")));
        Assert.NotNull(await AskAsync(lee, maya, Search("Condition")));
        Assert.Equal([0, 1], await AllUsedAsync(maya));
        Assert.NotNull(await AskAsync(lee, maya, Everything));
        Assert.Equal([1, 1], await AllUsedAsync(maya));

        static JsonObject Of(JsonObject consent, string type)
        {
            consent["provision"]!["class"] = new JsonArray(new JsonObject { ["system"] = "http://hl7.org/fhir/resource-types", ["code"] = type });
            return consent;
        }
    }

    [Fact]
    public async Task A_treatment_that_is_not_in_the_record_shares_nothing()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Condition(maya)]);
        await maya.ConsentAsync(EndsWith(Make.Permit(maya, lee.Reference), $"EpisodeOfCare/{maya.Id}.0000000000000"));
        await maya.ConsentAsync(EndsWith(Make.Permit(maya, lee.Reference), $"Condition/{maya.IdOf(ids[1])}"));
        Assert.Null(await AskAsync(lee, maya, Everything));
    }

    private static JsonObject Counted(JsonObject consent, int allowed)
    {
        consent["modifierExtension"] = new JsonArray(new JsonObject
        {
            ["url"] = Consent.PatientConsent.Openings,
            ["extension"] = new JsonArray(
                new JsonObject { ["url"] = "allowed", ["valueInteger"] = allowed }, new JsonObject { ["url"] = "used", ["valueInteger"] = 0 }),
        });
        return consent;
    }

    private static JsonObject EndsWith(JsonObject consent, string treatment)
    {
        consent["modifierExtension"] = new JsonArray(new JsonObject { ["url"] = Consent.PatientConsent.EndsWith, ["valueReference"] = new JsonObject { ["reference"] = treatment } });
        return consent;
    }

    private static JsonObject Episode(TestPatient patient, string status, DateOnly? end)
    {
        var period = new JsonObject { ["start"] = "2026-01-10" };
        if (end is { } day)
        {
            period["end"] = day.ToString("yyyy-MM-dd");
        }

        return new JsonObject { ["resourceType"] = "EpisodeOfCare", ["status"] = status, ["patient"] = new JsonObject { ["reference"] = patient.Reference }, ["period"] = period };
    }

    private static async Task<IEnumerable<int>> AllUsedAsync(TestPatient patient) =>
        (await patient.Own.ConsentsAsync(Cancel)).Select(static consent => consent.Consent.Counted?.Used).OfType<int>().Order();

    private static async Task<int> UsedAsync(TestPatient patient) => Assert.Single(await patient.Own.ConsentsAsync(Cancel)).Consent.Counted!.Used;
}

public sealed class BoundedConsentsOnSqlite(SqliteTestDatabase test) : BoundedConsentsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class BoundedConsentsOnPostgres(PostgresTestDatabase test) : BoundedConsentsContract(test), IClassFixture<PostgresTestDatabase>;
