using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Single entries are passed on, one after the other, by one consent for each mark.</summary>
public abstract class PassingOnEntriesContract(TestDatabase test) : RecordsContract(test)
{
    private const string Mark = "talk.check-in";

    private static readonly RecordQuery Everything = new RecordQuery.Everything();

    [Fact]
    public async Task Each_entry_is_seen_when_it_was_passed_on_and_nothing_else_is()
    {
        var maya = await NewPatientAsync();
        var (lee, meyer) = (NewDoctor(), NewDoctor("Dr Meyer"));
        var ids = (await maya.AddAsync([Make.Observation(maya), Make.Observation(maya), Make.Observation(maya)])).Select(maya.IdOf).ToList();
        var agreement = await maya.ConsentAsync(MayShareOn(maya, lee.Reference, "Observation"));
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer, ids[0]));
        Assert.Equal([ids[0]], Ids(await AskAsync(meyer, maya, Everything)));
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer, ids[1], OtherNode));
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer, ids[1]));
        Assert.Equal(ids.Take(2).Order(), Ids(await AskAsync(meyer, maya, Everything)).Order());
        Assert.Single(await maya.Own.ConsentsAsync(static consent => consent.PassedOn is not null, Cancel));

        // All of it can be passed on beside it, and is another consent.
        Assert.Equal(PassOnOutcome.Done, await Records.PassingOn.PassOnAsync(new PassOnAsk(lee, maya.Id, agreement, meyer.Reference, meyer.Name), Cancel));
        Assert.Equal(ids.Order(), Ids(await AskAsync(meyer, maya, Everything)).Order());
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_is_taken_out_is_seen_no_more_and_with_the_last_of_them_the_consent_ends()
    {
        var maya = await NewPatientAsync();
        var (lee, meyer) = (NewDoctor(), NewDoctor("Dr Meyer"));
        var ids = (await maya.AddAsync([Make.Observation(maya), Make.Observation(maya)])).Select(maya.IdOf).ToList();
        var agreement = await maya.ConsentAsync(MayShareOn(maya, lee.Reference));
        foreach (var id in ids)
        {
            await PassAsync(maya, lee, agreement, meyer, id);
        }

        await TakeOutAsync(maya, lee, agreement, meyer, ids[0]);
        Assert.Equal([ids[1]], Ids(await AskAsync(meyer, maya, Everything, node: OtherNode)));
        await TakeOutAsync(maya, lee, agreement, meyer, ids[1]);
        Assert.Null(await AskAsync(meyer, maya, Everything));
        Assert.Empty(await Records.PassingOn.PassedOnAsync(maya.Id, lee, Cancel));
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer, ids[0]));
        Assert.Equal([ids[0]], Ids(await AskAsync(meyer, maya, Everything)));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_the_patient_ended_is_not_passed_on_again_under_its_mark_and_nobody_passes_on_who_may_not()
    {
        var maya = await NewPatientAsync();
        var (lee, meyer, osei) = (NewDoctor(), NewDoctor("Dr Meyer"), NewDoctor("Dr Osei"));
        var id = maya.IdOf((await maya.AddAsync([Make.Observation(maya)]))[0]);
        var agreement = await maya.ConsentAsync(MayShareOn(maya, lee.Reference));
        Assert.Equal(PassOnOutcome.NothingHere, await PassAsync(maya, osei, agreement, meyer, id));
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer, id));
        var passed = Assert.Single(await maya.Own.ConsentsAsync(static consent => consent.PassedOn is not null, Cancel));
        await maya.RevokeAsync(LocalId.Parse(passed.Entry.Id.AsSpan(PatientId.TextLength + 1)), JsonNode.Parse(passed.Resource.Json.Span)!.AsObject());
        Assert.Null(await AskAsync(meyer, maya, Everything));
        Assert.Equal(PassOnOutcome.Refused, await PassAsync(maya, lee, agreement, meyer, id));
        Assert.Null(await AskAsync(meyer, maya, Everything));
    }

    [Fact]
    public async Task It_ends_with_the_agreement_and_reaches_no_further_than_its_giver()
    {
        var maya = await NewPatientAsync();
        var (lee, meyer) = (NewDoctor(), NewDoctor("Dr Meyer"));
        var ids = (await maya.AddAsync([Make.Observation(maya), Make.Condition(maya)])).Select(maya.IdOf).ToList();
        var permit = MayShareOn(maya, lee.Reference, "Observation");
        var agreement = await maya.ConsentAsync(permit);
        await PassAsync(maya, lee, agreement, meyer, ids[0]);
        await PassAsync(maya, lee, agreement, meyer, ids[1], type: "Condition");
        Assert.Equal([ids[0]], Ids(await AskAsync(meyer, maya, Everything)));
        await maya.RevokeAsync(agreement, permit);
        Assert.Null(await AskAsync(meyer, maya, Everything, node: OtherNode));
    }

    private Task<PassOnOutcome> PassAsync(TestPatient patient, Actor giver, LocalId agreement, Actor to, string id, RecordsModule? node = null, string type = "Observation") =>
        (node ?? Records).PassingOn.PassOnEntriesAsync(new PassOnAsk(giver, patient.Id, agreement, to.Reference, to.Name), Mark, [$"{type}/{id}"], Cancel);

    private Task TakeOutAsync(TestPatient patient, Actor giver, LocalId agreement, Actor to, string id) =>
        Records.PassingOn.TakeOutEntriesAsync(new PassOnAsk(giver, patient.Id, agreement, to.Reference, to.Name), Mark, [$"Observation/{id}"]);

    private static JsonObject MayShareOn(TestPatient patient, string recipient, params string[] types)
    {
        var permit = Make.Consent(patient, Make.Provision("permit", recipient, types.Length == 0 ? null : types));
        permit["provision"]!["action"] = new JsonArray(
            Make.Concept("http://terminology.hl7.org/CodeSystem/consentaction", ConsentAction.Access, null), Make.Concept(ConsentAction.OwnSystem, ConsentAction.ShareOnCode, null));
        return permit;
    }
}

public sealed class PassingOnEntriesOnSqlite(SqliteTestDatabase test) : PassingOnEntriesContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class PassingOnEntriesOnPostgres(PostgresTestDatabase test) : PassingOnEntriesContract(test), IClassFixture<PostgresTestDatabase>;
