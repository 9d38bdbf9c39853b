using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

public abstract class PassingOnContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly RecordQuery Everything = new RecordQuery.Everything();

    [Fact]
    public async Task Whom_it_was_passed_on_to_sees_what_its_giver_sees_and_the_patient_is_told_by_whom()
    {
        var maya = await NewPatientAsync();
        var (lee, meyer) = (NewDoctor(), NewDoctor("Dr Meyer"));
        var ids = await maya.AddAsync([Make.Observation(maya), Make.Condition(maya), Make.Observation(maya, labels: ["PSY"])]);
        var agreement = await maya.ConsentAsync(ToBePassedOn(maya, lee.Reference, "Observation"));
        Assert.Equal(agreement, Assert.Single(await Records.PassingOn.OffersAsync(maya.Id, lee, Cancel)).Agreement);

        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer));
        Assert.Equal([maya.IdOf(ids[0])], Ids(await AskAsync(meyer, maya, Everything)));
        Assert.Equal([maya.IdOf(ids[0])], Ids(await AskAsync(meyer, maya, Everything, node: OtherNode)));
        Assert.Equal(PassOnOutcome.DoneBefore, await PassAsync(maya, lee, agreement, meyer, OtherNode));

        var told = (await maya.ReadLedgerAsync()).Select(static row => row.Details!).First(static details => details.Kind == LedgerKind.Consented);
        Assert.Equal((lee.Reference, "Dr Lee", "active"), (told.Actor, told.ActorName, told.Note));
        var consent = (await maya.Own.ConsentsAsync(Cancel)).Single(static stored => stored.Consent.PassedOn is not null);
        Assert.Equal((lee.Reference, "Dr Lee", maya.IdOf(agreement)), (consent.Consent.PassedOn!.By[0], consent.Consent.PassedOn.ByName, consent.Consent.PassedOn.From));
        Assert.Equal([meyer.Reference], consent.Consent.Recipients);
        Assert.Empty(consent.Consent.Problems);

        var shared = await Records.Compartments.FindSharedAsync(meyer, maya.Id, Cancel);
        Assert.Equal(("Maya Ortiz", "Dr Lee"), (shared!.PatientName, Assert.Single(shared.Agreements).PassedOnBy));
        Assert.Equal("Dr Meyer", Assert.Single(await Records.PassingOn.PassedOnAsync(maya.Id, lee, Cancel)).ToName);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task It_is_not_passed_on_further_nor_to_oneself_nor_by_who_may_not()
    {
        var maya = await NewPatientAsync();
        var (lee, meyer, osei) = (NewDoctor(), NewDoctor("Dr Meyer"), NewDoctor("Dr Osei"));
        await maya.AddAsync(Make.Observation(maya));
        var agreement = await maya.ConsentAsync(ToBePassedOn(maya, lee.Reference));
        var plain = await maya.ConsentAsync(Make.Permit(maya, osei.Reference));
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer));
        Assert.Empty(await Records.PassingOn.OffersAsync(maya.Id, meyer, Cancel));
        Assert.Empty(await Records.PassingOn.OffersAsync(maya.Id, osei, Cancel));
        Assert.Empty(await Records.PassingOn.OffersAsync(maya.Id, maya.Owner, Cancel));
        Assert.Empty(await Records.PassingOn.OffersAsync(PatientId.New(), lee, Cancel));
        var passed = (await maya.Own.ConsentsAsync(Cancel)).Single(static stored => stored.Consent.PassedOn is not null);
        Assert.Equal(PassOnOutcome.NothingHere, await PassAsync(maya, meyer, LocalId.Parse(passed.Entry.Id.AsSpan(PatientId.TextLength + 1)), osei));
        Assert.Equal(PassOnOutcome.NothingHere, await PassAsync(maya, osei, plain, meyer));
        Assert.Equal(PassOnOutcome.NothingHere, await PassAsync(maya, osei, agreement, meyer));
        Assert.Equal(PassOnOutcome.NothingHere, await PassAsync(maya, lee, agreement, lee));
        Assert.Equal(PassOnOutcome.NothingHere, await PassAsync(maya, lee, LocalId.New(), meyer));
    }

    [Fact]
    public async Task It_ends_with_what_it_comes_from_and_does_not_come_back()
    {
        var maya = await NewPatientAsync();
        var (lee, meyer) = (NewDoctor(), NewDoctor("Dr Meyer"));
        await maya.AddAsync(Make.Observation(maya));
        var permit = ToBePassedOn(maya, lee.Reference);
        var agreement = await maya.ConsentAsync(permit);
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer));
        Assert.NotNull(await AskAsync(meyer, maya, Everything, node: OtherNode));

        await maya.RevokeAsync(agreement, permit);
        Assert.Null(await AskAsync(meyer, maya, Everything, node: OtherNode));
        Assert.Null(await AskAsync(meyer, maya, Everything));
        Assert.Null(await Records.Compartments.FindSharedAsync(meyer, maya.Id, Cancel));
        Assert.True((await maya.Own.ConsentsAsync(Cancel)).Single(static stored => stored.Consent.PassedOn is not null).Until <= Clock.GetUtcNow());
        Assert.Empty(await Records.PassingOn.PassedOnAsync(maya.Id, lee, Cancel));

        // Whoever agrees again agrees for whom they name, and not for whomever it was passed on to.
        await maya.ReplaceConsentAsync(agreement, permit);
        Assert.NotNull(await AskAsync(lee, maya, Everything));
        Assert.Null(await AskAsync(meyer, maya, Everything));
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer));
        Assert.NotNull(await AskAsync(meyer, maya, Everything));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task The_patient_ends_it_alone_and_so_does_who_passed_it_on()
    {
        var maya = await NewPatientAsync();
        var (lee, meyer, osei) = (NewDoctor(), NewDoctor("Dr Meyer"), NewDoctor("Dr Osei"));
        await maya.AddAsync(Make.Observation(maya));
        var agreement = await maya.ConsentAsync(ToBePassedOn(maya, lee.Reference));
        await PassAsync(maya, lee, agreement, meyer);
        await PassAsync(maya, lee, agreement, osei);
        var passed = await Records.PassingOn.PassedOnAsync(maya.Id, lee, Cancel);
        Assert.Equal(["Dr Osei", "Dr Meyer"], passed.Select(static one => one.ToName));

        var stored = (await maya.Own.ConsentsAsync(Cancel)).Single(known => known.Consent.Recipients.Contains(meyer.Reference));
        await maya.RevokeAsync(passed[1].Id, JsonNode.Parse(stored.Resource.Json.Span)!.AsObject());
        Assert.Null(await AskAsync(meyer, maya, Everything));
        Assert.NotNull(await AskAsync(osei, maya, Everything));
        Assert.NotNull(await AskAsync(lee, maya, Everything));

        Assert.False(await Records.PassingOn.TakeBackAsync(maya.Id, meyer, passed[0].Id, Cancel));
        Assert.False(await Records.PassingOn.TakeBackAsync(maya.Id, lee, agreement, Cancel));
        Assert.True(await Records.PassingOn.TakeBackAsync(maya.Id, lee, passed[0].Id, Cancel));
        Assert.False(await Records.PassingOn.TakeBackAsync(maya.Id, lee, passed[0].Id, Cancel));
        Assert.Null(await AskAsync(osei, maya, Everything));
        Assert.Equal((LedgerKind.Revoked, lee.Reference), ((await maya.ReadLedgerAsync()).Select(static row => row.Details!).First(static details => details.Kind != LedgerKind.Disclosed) is var last ? (last.Kind, last.Actor) : default));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_the_patient_ended_alone_is_not_passed_on_again_before_they_agree_anew()
    {
        var maya = await NewPatientAsync();
        var (lee, osei, meyer) = (NewDoctor("Dr Lee", "Organization/hill"), NewDoctor("Dr Osei", "Organization/hill"), NewDoctor("Dr Meyer"));
        await maya.AddAsync(Make.Observation(maya));
        var permit = ToBePassedOn(maya, "Organization/hill");
        var agreement = await maya.ConsentAsync(permit);
        var another = await maya.ConsentAsync(ToBePassedOn(maya, lee.Reference));
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer));

        // Who passed it on, and took it back themselves, may do so again.
        Assert.True(await Records.PassingOn.TakeBackAsync(maya.Id, lee, Assert.Single(await Records.PassingOn.PassedOnAsync(maya.Id, lee, Cancel)).Id, Cancel));
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer));

        var passed = Assert.Single(await Records.PassingOn.PassedOnAsync(maya.Id, lee, Cancel)).Id;
        var stored = (await maya.Own.ConsentsAsync(Cancel)).Single(known => known.Entry.Id == maya.IdOf(passed));
        await maya.RevokeAsync(passed, JsonNode.Parse(stored.Resource.Json.Span)!.AsObject());
        foreach (var (giver, by, node) in new[] { (lee, agreement, Records), (lee, agreement, OtherNode), (osei, agreement, Records), (lee, another, Records) })
        {
            Assert.Equal(PassOnOutcome.Refused, await PassAsync(maya, giver, by, meyer, node));
            Assert.Null(await AskAsync(meyer, maya, Everything));
        }

        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, NewDoctor()));
        await maya.ReplaceConsentAsync(agreement, permit);
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task It_ends_when_its_origin_does_by_itself_or_before_and_who_acts_for_the_patient_does_so_for_them()
    {
        var maya = await NewPatientAsync();
        var (sofia, meyer) = (NewDoctor("Sofia Ortiz"), NewDoctor("Dr Meyer"));
        await maya.AddAsync(Make.Observation(maya));
        var until = Clock.GetUtcNow().AddHours(2);
        var delegation = Make.Delegation(maya, sofia.Reference, [ConsentAction.Access], until: FhirTime.Instant(until.AddMilliseconds(-1)));
        delegation["provision"]!["action"]!.AsArray().Add((JsonNode)Make.Concept(ConsentAction.OwnSystem, ConsentAction.ShareOnCode, null));
        var given = await maya.ConsentAsync(delegation);
        Assert.True(Assert.Single(await Records.PassingOn.OffersAsync(maya.Id, sofia, Cancel)).IsActing);
        await Assert.ThrowsAsync<ArgumentException>(() => Records.PassingOn.PassOnAsync(new PassOnAsk(sofia, maya.Id, given, meyer.Reference, meyer.Name, "ANYTHING"), Cancel));
        Assert.Equal(PassOnOutcome.Done, await Records.PassingOn.PassOnAsync(new PassOnAsk(sofia, maya.Id, given, meyer.Reference, meyer.Name, "TREAT"), Cancel));
        var told = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((sofia.Reference, maya.Reference, "Maya Ortiz"), (told.Actor, told.OnBehalfOf, told.OnBehalfOfName));
        Assert.NotNull(await AskAsync(meyer, maya, Everything));
        Assert.Null(await Records.Acting.OpenAsync(maya.Id, meyer, Cancel));
        Assert.Equal(until, (await Records.Compartments.FindSharedAsync(meyer, maya.Id, Cancel))!.Until);
        Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await AskAsync(meyer, maya, Everything));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await AskAsync(meyer, maya, Everything));
    }

    [Fact]
    public async Task Who_leaves_the_organisation_that_has_the_agreement_leaves_nothing_that_they_passed_on_by_it()
    {
        string[] works = ["Organization/hill"];
        var node = await OpenNodeAsync(new RecordsOptions { KnownAs = (reference, _) => ValueTask.FromResult<IReadOnlyList<string>>([reference, .. works]) });
        var maya = await NewPatientAsync(node: node);
        var (lee, meyer) = (NewDoctor("Dr Lee", "Organization/hill"), NewDoctor("Dr Meyer"));
        await maya.AddAsync(Make.Observation(maya));
        var agreement = await maya.ConsentAsync(ToBePassedOn(maya, "Organization/hill"));
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer, node));
        Assert.NotNull(await AskAsync(meyer, maya, Everything, node: node));
        works = ["Organization/valley"];
        Assert.Null(await AskAsync(meyer, maya, Everything, node: node));
        Assert.DoesNotContain((await maya.Own.PreviewAsync(meyer, "TREAT", null, Cancel)).Entries(), static told => told.Reason.Permitted);

        // Who comes back gives again what they gave: the patient agreed to it, and did not end it.
        works = ["Organization/hill"];
        Assert.NotNull(await AskAsync(meyer, maya, Everything, node: node));
    }

    [Fact]
    public async Task However_often_it_is_passed_on_and_taken_back_the_record_grows_by_so_much_and_no_more()
    {
        var maya = await NewPatientAsync();
        var (lee, meyer) = (NewDoctor(), NewDoctor("Dr Meyer"));
        var permit = ToBePassedOn(maya, lee.Reference);
        var agreement = await maya.ConsentAsync(permit);
        for (var i = 0; i < PassingOnDoor.MostEver; i++)
        {
            Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer));
            Assert.True(await Records.PassingOn.TakeBackAsync(maya.Id, lee, Assert.Single(await Records.PassingOn.PassedOnAsync(maya.Id, lee, Cancel)).Id, Cancel));
        }

        Assert.Equal(PassOnOutcome.TooMany, await PassAsync(maya, lee, agreement, meyer));
        await maya.ReplaceConsentAsync(agreement, permit);
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, meyer));
    }

    [Fact]
    public async Task Under_concurrent_givers_nothing_is_passed_on_after_the_end()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        var lee = NewDoctor();
        await maya.AddAsync(Make.Observation(maya));
        var permit = ToBePassedOn(maya, lee.Reference);
        var agreement = await maya.ConsentAsync(permit);
        for (var round = 0; round < 3; round++)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var givers = Enumerable.Range(0, 4).Select(async i =>
            {
                var isAfter = i == 3;
                if (isAfter)
                {
                    await ended.Task;
                }

                var outcome = await PassAsync(maya, lee, agreement, NewDoctor($"Dr {i}"), i % 2 == 0 ? Records : OtherNode);
                Assert.False(isAfter && outcome == PassOnOutcome.Done, "what began after the acknowledged end was passed on");
            }).ToList();
            var patient = round % 2 == 0 ? maya : there;
            await patient.RevokeAsync(agreement, permit);
            ended.SetResult();
            await Task.WhenAll(givers);
            Assert.Empty(await Records.PassingOn.PassedOnAsync(maya.Id, lee, Cancel));
            await patient.ReplaceConsentAsync(agreement, permit);
            Assert.Empty(await OtherNode.PassingOn.PassedOnAsync(maya.Id, lee, Cancel));
        }

        var open = false;
        foreach (var details in (await maya.ReadLedgerAsync()).Reverse().Select(static row => row.Details!))
        {
            open = details.Consents.SequenceEqual([maya.IdOf(agreement)]) ? details.Kind == LedgerKind.Consented : open;
            Assert.True(open || details.Actor != lee.Reference, "something was passed on after the end");
        }

        await maya.VerifyAsync();
    }

    [Fact]
    public async Task There_is_a_bound_to_how_many_it_is_passed_on_to()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var agreement = await maya.ConsentAsync(ToBePassedOn(maya, lee.Reference));
        for (var i = 0; i < PassingOnDoor.Most; i++)
        {
            Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, NewDoctor()));
        }

        Assert.Equal(PassOnOutcome.TooMany, await PassAsync(maya, lee, agreement, NewDoctor()));
        Assert.True(await Records.PassingOn.TakeBackAsync(maya.Id, lee, (await Records.PassingOn.PassedOnAsync(maya.Id, lee, Cancel))[0].Id, Cancel));
        Assert.Equal(PassOnOutcome.Done, await PassAsync(maya, lee, agreement, NewDoctor()));
    }

    /// <summary>Whoever passes on what is not there gets the same answer as where they may not.</summary>
    [Fact]
    public async Task Nothing_is_passed_on_of_a_record_that_is_not_there_is_ones_own_or_was_erased()
    {
        var (maya, noor) = (await NewPatientAsync(), await NewPatientAsync("Noor"));
        var (lee, meyer) = (NewDoctor(), NewDoctor("Dr Meyer"));
        var agreement = await maya.ConsentAsync(ToBePassedOn(maya, lee.Reference));
        await noor.ConsentAsync(ToBePassedOn(noor, lee.Reference));
        Assert.Equal(PassOnOutcome.NothingHere, await Records.PassingOn.PassOnAsync(new PassOnAsk(lee, PatientId.New(), agreement, meyer.Reference, meyer.Name), Cancel));
        Assert.Equal(PassOnOutcome.NothingHere, await PassAsync(maya, maya.Owner, agreement, meyer));
        await noor.Own.EraseAsync(Cancel);
        foreach (var node in new[] { Records, OtherNode })
        {
            Assert.Equal(PassOnOutcome.NothingHere, await PassAsync(noor, lee, agreement, meyer, node));
            Assert.False(await node.PassingOn.TakeBackAsync(noor.Id, lee, agreement, Cancel));
        }
    }

    private Task<PassOnOutcome> PassAsync(TestPatient patient, Actor giver, LocalId agreement, Actor to, RecordsModule? node = null) =>
        (node ?? Records).PassingOn.PassOnAsync(new PassOnAsk(giver, patient.Id, agreement, to.Reference, to.Name), Cancel);

    private static JsonObject ToBePassedOn(TestPatient patient, string recipient, params string[] types)
    {
        var permit = Make.Consent(patient, Make.Provision("permit", recipient, types.Length == 0 ? null : types));
        permit["provision"]!["action"] = new JsonArray(
            Make.Concept("http://terminology.hl7.org/CodeSystem/consentaction", ConsentAction.Access, null), Make.Concept(ConsentAction.OwnSystem, ConsentAction.ShareOnCode, null));
        return permit;
    }
}

public sealed class PassingOnOnSqlite(SqliteTestDatabase test) : PassingOnContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class PassingOnOnPostgres(PostgresTestDatabase test) : PassingOnContract(test), IClassFixture<PostgresTestDatabase>;
