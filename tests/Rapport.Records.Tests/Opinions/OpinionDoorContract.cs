using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

public abstract class OpinionDoorContract(TestDatabase test) : RecordsContract(test)
{
    private static readonly RecordQuery Everything = new RecordQuery.Everything();

    [Fact]
    public async Task An_opinion_its_outcome_and_the_end_of_access_are_one_change()
    {
        var (maya, lee, invitation) = await ScenarioAsync();
        var look = (await AskAsync(lee, maya, Everything))!.LedgerIndex;
        Assert.Equal(OpinionGiven.Done, await GiveAsync(lee, maya, invitation));

        Assert.Null(await AskAsync(lee, maya, Everything));
        Assert.Null(await AskAsync(lee, maya, Everything, node: OtherNode));
        Assert.Null(await Records.Compartments.FindSharedAsync(lee, maya.Id, Cancel));
        var told = (await maya.ReadLedgerAsync()).Take(3).Reverse().Select(row => row.Details!).ToList();
        Assert.Equal([LedgerKind.Gathered, LedgerKind.Revoked, LedgerKind.Outcome], told.Select(details => details.Kind));
        Assert.All(told, details => Assert.Equal((lee.Reference, "Dr Lee"), (details.Actor, details.ActorName)));
        Assert.Equal((OpinionNote.Given, $"{look} gave-opinion"), (told[1].Note, told[2].Note));

        var consent = Assert.Single(await maya.Own.ConsentsAsync(Cancel)).Consent;
        Assert.Equal("inactive", consent.Status);
        var opinion = await maya.Own.QueryAsync(new RecordQuery.ById("ClinicalImpression", LocalId.Parse(consent.OpinionGiven)), Cancel);
        Assert.Equal("wait and see", opinion.ReadResource(0).Root.TryGetChild("summary", out var summary) ? summary.GetString() : null);
        Assert.Equal((OpinionDoor.Kind, "Dr Lee", lee.Reference), (await maya.Own.SourcesAsync(Cancel))[0] is var source ? (source.Description.Kind, source.Description.Name, source.GatheredBy) : default);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Who_also_acts_for_the_patient_takes_back_no_opinion_as_if_they_had_brought_it_for_them()
    {
        var (maya, lee, invitation) = await ScenarioAsync();
        Assert.Equal(OpinionGiven.Done, await GiveAsync(lee, maya, invitation));
        var number = (await maya.Own.SourcesAsync(Cancel))[0].Number;
        await maya.ConsentAsync(Make.Delegation(maya, lee.Reference, [ConsentAction.Access, ConsentAction.Collect, ConsentAction.Correct]));

        var acting = (await Records.Acting.OpenAsync(maya.Id, lee, Cancel))!;

        Assert.Empty(await acting.SourcesAsync(Cancel));
        Assert.False(await acting.TakeBackAsync(number, static (_, _) => new ValueTask<IReadOnlyList<EntryDraft>>([]), Cancel));
    }

    [Fact]
    public async Task Declining_ends_access_and_writes_no_opinion()
    {
        var (maya, lee, invitation) = await ScenarioAsync();
        Assert.Equal(OpinionGiven.Done, await GiveAsync(lee, maya, invitation, declines: true, node: OtherNode));
        Assert.Null(await AskAsync(lee, maya, Everything));
        Assert.Equal((OpinionDoor.Declined, "inactive"), Assert.Single(await maya.Own.ConsentsAsync(Cancel)).Consent is var consent ? (consent.OpinionGiven, consent.Status) : default);
        Assert.Equal((LedgerKind.Revoked, OpinionNote.Declined), (await maya.ReadLedgerAsync())[0].Details is var details ? (details!.Kind, details.Note) : default);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Nobody_gives_one_who_is_not_invited_now()
    {
        var (maya, lee, invitation) = await ScenarioAsync();
        var plain = await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var size = (await maya.ReadLedgerAsync()).Count;
        foreach (var (who, which) in new[] { (NewDoctor("Dr No"), invitation), (lee, plain), (lee, LocalId.New()), (lee with { RecipientReferences = [lee.Reference] }, invitation), (maya.Owner, invitation) })
        {
            Assert.Equal(OpinionGiven.NothingHere, await GiveAsync(who, maya, which));
        }

        Assert.Equal(OpinionGiven.NothingHere, await Records.Opinions.GiveAsync(lee, PatientId.New(), invitation, null, [], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => Records.Opinions.GiveAsync(lee, maya.Id, invitation, Impression(PatientId.New()), [], Cancel));
        Clock.Advance(TimeSpan.FromDays(15));
        Assert.Equal(OpinionGiven.NothingHere, await GiveAsync(lee, maya, invitation));
        Assert.Equal(size, (await maya.ReadLedgerAsync()).Count);
    }

    [Fact]
    public async Task One_invitation_is_answered_once_however_many_try()
    {
        var (maya, lee, invitation) = await ScenarioAsync();
        var given = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => GiveAsync(lee, maya, invitation, node: i % 2 == 0 ? Records : OtherNode), Cancel)));
        Assert.Single(given, OpinionGiven.Done);
        Assert.Single((await maya.Own.QueryAsync(new RecordQuery.Timeline { Types = ["ClinicalImpression"] }, Cancel)).Entries);
        await maya.VerifyAsync();
    }

    /// <summary>Whenever somebody looks, there is an opinion and no access, or access and no opinion.</summary>
    [Fact]
    public async Task At_no_moment_is_there_an_opinion_and_access()
    {
        var (maya, lee, invitation) = await ScenarioAsync();
        var other = await OpenAsync(maya, OtherNode);
        var looking = Task.Run(
            async () =>
            {
                while (true)
                {
                    var opinions = (await other.Own.QueryAsync(new RecordQuery.Timeline { Types = ["ClinicalImpression"] }, Cancel)).Count;
                    var seen = await AskAsync(lee, maya, Everything, node: OtherNode);
                    if (opinions > 0)
                    {
                        return seen;
                    }
                }
            },
            Cancel);
        await GiveAsync(lee, maya, invitation);
        Assert.Null(await looking);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_was_agreed_to_when_they_asked_for_more_ends_too()
    {
        var (maya, lee, invitation) = await ScenarioAsync();
        var (more, others, shared) = (await AnswerAsync(maya, "r1", lee.Reference), await AnswerAsync(maya, "r2", lee.Reference), await AnswerAsync(maya, "r3", "Practitioner/osei"));
        Assert.Equal(OpinionGiven.Done, await Records.Opinions.GiveAsync(lee, maya.Id, invitation, Impression(maya.Id), ["r1", "r3"], Cancel));
        var status = (await maya.Own.ConsentsAsync(Cancel)).ToDictionary(consent => LocalId.Parse(consent.Entry.Id.AsSpan(PatientId.TextLength + 1)), consent => consent.Consent.Status);
        Assert.Equal(("inactive", "inactive", "active", "active"), (status[invitation], status[more], status[others], status[shared]));
        Assert.Equal(2, (await maya.ReadLedgerAsync()).First(row => row.Details!.Kind is LedgerKind.Revoked).Details!.Consents.Count);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Other_professionals_do_not_see_an_opinion_unless_the_patient_names_it()
    {
        var (maya, lee, invitation) = await ScenarioAsync();
        var osei = NewDoctor("Dr Osei");
        await maya.ConsentAsync(Make.Permit(maya, osei.Reference));
        await GiveAsync(lee, maya, invitation);
        Assert.DoesNotContain((await AskAsync(osei, maya, Everything))!.Entries, entry => entry.ResourceType == "ClinicalImpression");
    }

    /// <summary>The form sent twice, also at the same moment, invited five each time.</summary>
    [Fact]
    public async Task However_often_it_is_asked_a_question_invites_five_and_each_of_them_once()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Condition(maya));
        var there = await OpenAsync(maya, OtherNode);
        var doctors = Enumerable.Range(0, 10).Select(_ => $"PractitionerRole/{PersonId.New()}").ToList();
        var written = await Task.WhenAll(doctors.Concat(doctors).Select((doctor, i) => Task.Run(
            async () => (await (i % 2 == 0 ? maya : there).Own.PutConsentAsync(null, Resource.Parse(System.Text.Encoding.UTF8.GetBytes(Invitation(maya, doctor).ToJsonString())).Resource!, null, Cancel)).Status, Cancel)));
        Assert.Equal(OpinionDoor.MostInvited, written.Count(static status => status == ConsentWriteStatus.Created));
        Assert.All(written, static status => Assert.Contains(status, new[] { ConsentWriteStatus.Created, ConsentWriteStatus.InvitedBefore, ConsentWriteStatus.TooManyInvited }));
        var invited = (await maya.Own.ConsentsAsync(Cancel)).SelectMany(static consent => consent.Consent.Recipients).ToList();
        Assert.Equal(OpinionDoor.MostInvited, invited.Distinct().Count());
        Assert.Equal(OpinionDoor.MostInvited, invited.Count);

        // Another question invites anew.
        Assert.Equal(ConsentWriteStatus.Created, (await maya.Own.PutConsentAsync(null, Resource.Parse(System.Text.Encoding.UTF8.GetBytes(Invitation(maya, doctors[0], "0000000000002").ToJsonString())).Resource!, null, Cancel)).Status);
    }

    /// <summary>An agreement that was there already became an invitation by a change of it, which nobody counted.</summary>
    [Fact]
    public async Task An_agreement_that_is_changed_into_an_invitation_counts_as_one()
    {
        var maya = await NewPatientAsync();
        List<LocalId> ids = [];
        for (var i = 0; i < OpinionDoor.MostInvited; i++)
        {
            ids.Add(await maya.ConsentAsync(Invitation(maya, $"PractitionerRole/{PersonId.New()}")));
        }

        var sixth = $"PractitionerRole/{PersonId.New()}";
        var plain = await maya.ConsentAsync(Make.Permit(maya, sixth));
        Assert.Equal(ConsentWriteStatus.TooManyInvited, (await maya.ReplaceConsentAsync(plain, Invitation(maya, sixth))).Status);
        Assert.Equal(ConsentWriteStatus.Updated, (await maya.ReplaceConsentAsync(plain, Invitation(maya, sixth, "0000000000002"))).Status);

        // Nor is somebody else asked by way of an invitation that is there; and it is changed and ended as before.
        var consent = (await maya.Own.ConsentsAsync(Cancel)).First(known => known.Entry.Id == maya.IdOf(ids[0])).Resource;
        var same = JsonNode.Parse(consent.Json.Span)!.AsObject();
        Assert.Equal(ConsentWriteStatus.TooManyInvited, (await maya.ReplaceConsentAsync(ids[0], Invitation(maya, sixth))).Status);
        Assert.Equal(ConsentWriteStatus.Updated, (await maya.ReplaceConsentAsync(ids[0], same)).Status);
        await maya.RevokeAsync(ids[0], same);
    }

    private JsonObject Invitation(TestPatient patient, string recipient, string question = "0000000000001")
    {
        var consent = Make.Consent(patient, Make.Provision("permit", recipient, until: Day(14)));
        consent["extension"] = new JsonArray(new JsonObject { ["url"] = PatientConsent.AsksOpinion, ["valueString"] = question });
        return consent;
    }

    private async Task<(TestPatient Maya, Actor Lee, LocalId Invitation)> ScenarioAsync()
    {
        var maya = await NewPatientAsync();
        var doctor = NewDoctor();
        var lee = doctor with { RecipientReferences = [doctor.Reference, $"PractitionerRole/{doctor.Person}"] };
        await maya.AddAsync(Make.Condition(maya));
        var consent = Make.Consent(maya, Make.Provision("permit", $"PractitionerRole/{doctor.Person}", until: Day(14)));
        consent["extension"] = new JsonArray(new JsonObject { ["url"] = PatientConsent.AsksOpinion, ["valueString"] = "0000000000001" });
        return (maya, lee, await maya.ConsentAsync(consent));
    }

    private static async Task<LocalId> AnswerAsync(TestPatient maya, string request, string recipient)
    {
        var consent = Make.Permit(maya, recipient);
        consent["extension"] = new JsonArray(new JsonObject { ["url"] = PatientConsent.AnswersTo, ["valueString"] = request });
        return await maya.ConsentAsync(consent);
    }

    private Task<OpinionGiven> GiveAsync(Actor professional, TestPatient patient, LocalId invitation, bool declines = false, RecordsModule? node = null) =>
        (node ?? Records).Opinions.GiveAsync(professional, patient.Id, invitation, declines ? null : Impression(patient.Id), [], Cancel);

    private static Resource Impression(PatientId patient) => Resource.Parse(System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["resourceType"] = "ClinicalImpression",
        ["meta"] = new JsonObject { ["security"] = new JsonArray(Make.Coding("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R")) },
        ["status"] = "completed",
        ["subject"] = Make.Reference($"Patient/{patient}"),
        ["summary"] = "wait and see",
    }.ToJsonString())).Resource!;
}

public sealed class OpinionDoorOnSqlite(SqliteTestDatabase test) : OpinionDoorContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class OpinionDoorOnPostgres(PostgresTestDatabase test) : OpinionDoorContract(test), IClassFixture<PostgresTestDatabase>;
