using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class EmergencyOpeningsContract(TestDatabase test) : PeopleContract(test)
{
    [Fact]
    public async Task Those_who_watch_over_it_are_told_and_nobody_else()
    {
        var (maya, lee, clinic) = await ScenarioAsync();
        Person sam = await AddAsync("Sam");
        EmergencyOpening opening = await OkAsync(People.Emergencies.AnnounceAsync(maya, lee, " unconscious after a fall ", [sam.Id], Cancel));
        foreach (PeopleModule node in new[] { People, OtherNode })
        {
            EmergencyOpening told = Assert.Single(await node.Emergencies.OfOrganisationAsync(clinic.Id, Cancel));
            Assert.Equal((opening.Id, maya.Record!.Value, lee.Id, "Dr Lee", "unconscious after a fall"), (told.Id, told.Patient, told.OpenedBy, told.OpenedByName, told.Reason));
            Assert.Equal([clinic.Id], told.Organisations);
            Assert.Equal(Clock.GetUtcNow(), told.At);
            Assert.Single(await node.Emergencies.OfContactAsync(sam.Id, Clock.GetUtcNow().AddDays(-1), Cancel));
            Assert.Empty(await node.Emergencies.OfContactAsync(sam.Id, Clock.GetUtcNow(), Cancel));
            Assert.Empty(await node.Emergencies.OfContactAsync(lee.Id, DateTimeOffset.UnixEpoch, Cancel));
            Assert.Equal([KeyValuePair.Create(sam.Id, 1)], await node.Emergencies.CountsOfContactsAsync([sam.Id, lee.Id, maya.Id], Cancel));
            Assert.Empty(await node.Emergencies.OfOrganisationAsync((await OkAsync(People.Directory.AddOrganisationAsync("Elsewhere", Cancel))).Id, Cancel));
            Assert.Single(await node.Emergencies.OfPatientAsync(maya.Record!.Value, Cancel));
        }
    }

    [Fact]
    public async Task What_did_not_come_about_is_withdrawn()
    {
        var (maya, lee, clinic) = await ScenarioAsync();
        EmergencyOpening opening = await OkAsync(People.Emergencies.AnnounceAsync(maya, lee, "a reason", [], Cancel));
        await People.Emergencies.WithdrawAsync(opening, Cancel);
        Assert.Empty(await People.Emergencies.OfOrganisationAsync(clinic.Id, Cancel));
        Assert.Equal(0, await People.Emergencies.CountOfAsync(lee.Id, DateTimeOffset.UnixEpoch, Cancel));
    }

    [Fact]
    public async Task The_patient_asks_and_the_organisation_answers()
    {
        var (maya, lee, clinic) = await ScenarioAsync();
        Person olga = await AddAsync("Olga Officer");
        EmergencyOpening opening = await OkAsync(People.Emergencies.AnnounceAsync(maya, lee, "a reason", [], Cancel));
        Assert.Equal("I was not there. Why?", (await People.Emergencies.QuestionAsync(opening.Patient, opening.Id, "I was not there. Why?", null, Cancel))?.Value?.Question);
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.True((await OtherNode.Emergencies.ReviewAsync(clinic.Id, opening.Patient, opening.Id, EmergencyVerdict.NotNeeded, "Meant well.", olga, Cancel))?.IsOk);
        Assert.True((await OtherNode.Emergencies.ReviewAsync(clinic.Id, opening.Patient, opening.Id, EmergencyVerdict.Misuse, " ", olga, Cancel))?.IsOk);
        EmergencyOpening told = Assert.Single(await People.Emergencies.OfPatientAsync(opening.Patient, Cancel));
        EmergencyReview review = Assert.Single(told.Reviews);
        Assert.Equal((clinic.Id, EmergencyVerdict.Misuse, null, "Olga Officer", Clock.GetUtcNow()), (review.Organisation, review.Verdict, review.Remark, review.By, review.At));
        Assert.Equal(Clock.GetUtcNow().AddHours(-1), told.AskedAt);
        Assert.Null(told.AskedBy);
        Assert.Equal("Sam", (await OtherNode.Emergencies.QuestionAsync(opening.Patient, opening.Id, "Who called?", "Sam", Cancel))?.Value?.AskedBy);
        Assert.Equal("Sam", Assert.Single(await People.Emergencies.OfPatientAsync(opening.Patient, Cancel)).AskedBy);
    }

    [Fact]
    public async Task Only_where_they_worked_it_is_looked_at_and_never_by_themselves()
    {
        var (maya, lee, clinic) = await ScenarioAsync();
        Person olga = await AddAsync("Olga Officer");
        Organisation other = await OkAsync(People.Directory.AddOrganisationAsync("Elsewhere", Cancel));
        EmergencyOpening opening = await OkAsync(People.Emergencies.AnnounceAsync(maya, lee, "a reason", [], Cancel));
        Assert.Null(await People.Emergencies.ReviewAsync(other.Id, opening.Patient, opening.Id, EmergencyVerdict.Justified, null, olga, Cancel));
        Assert.Null(await People.Emergencies.ReviewAsync(clinic.Id, opening.Patient, LocalId.New(), EmergencyVerdict.Justified, null, olga, Cancel));
        Assert.Null(await People.Emergencies.ReviewAsync(clinic.Id, PatientId.New(), opening.Id, EmergencyVerdict.Justified, null, olga, Cancel));
        Assert.Null(await People.Emergencies.ReviewAsync(clinic.Id, opening.Patient, opening.Id, EmergencyVerdict.Justified, null, lee, Cancel));
        Assert.Null(await People.Emergencies.QuestionAsync(PatientId.New(), opening.Id, "Why?", null, Cancel));
        Assert.Empty(Assert.Single(await People.Emergencies.OfPatientAsync(opening.Patient, Cancel)).Reviews);
    }

    [Fact]
    public async Task Texts_have_limits()
    {
        var (maya, lee, clinic) = await ScenarioAsync();
        string tooLong = new('x', EmergencyOpening.MaxText + 1);
        foreach (string bad in new[] { "", " ", tooLong, "two\nlines" })
        {
            await ProblemAsync(People.Emergencies.AnnounceAsync(maya, lee, bad, [], Cancel));
        }

        EmergencyOpening opening = await OkAsync(People.Emergencies.AnnounceAsync(maya, lee, tooLong[1..], [], Cancel));
        Assert.False((await People.Emergencies.QuestionAsync(opening.Patient, opening.Id, tooLong, null, Cancel))?.IsOk);
        Assert.False((await People.Emergencies.ReviewAsync(clinic.Id, opening.Patient, opening.Id, EmergencyVerdict.Justified, tooLong, maya, Cancel))?.IsOk);
    }

    [Fact]
    public async Task How_often_somebody_opens_doors_is_counted()
    {
        var (maya, lee, _) = await ScenarioAsync();
        await OkAsync(People.Emergencies.AnnounceAsync(maya, lee, "a reason", [], Cancel));
        Clock.Advance(TimeSpan.FromDays(40));
        await OkAsync(People.Emergencies.AnnounceAsync(maya, lee, "a reason", [], Cancel));
        Assert.Equal((1, 2), (await People.Emergencies.CountOfAsync(lee.Id, Clock.GetUtcNow().AddDays(-30), Cancel), await OtherNode.Emergencies.CountOfAsync(lee.Id, Clock.GetUtcNow().AddDays(-90), Cancel)));
    }

    [Fact]
    public async Task It_goes_with_the_patients_account()
    {
        var (maya, lee, clinic) = await ScenarioAsync();
        await OkAsync(People.Emergencies.AnnounceAsync(maya, lee, "a reason", [(await AddAsync("Sam")).Id], Cancel));
        await People.Accounts.CloseAsync(maya.Id, Cancel);
        Assert.Empty(await OtherNode.Emergencies.OfOrganisationAsync(clinic.Id, Cancel));
        Assert.Empty(await OtherNode.Emergencies.OfPatientAsync(maya.Record!.Value, Cancel));
    }

    [Fact]
    public async Task An_organisation_has_privacy_officers()
    {
        var (_, lee, clinic) = await ScenarioAsync();
        Person olga = await AddAsync("Olga Officer");
        Assert.True(await People.Directory.SetPrivacyOfficerAsync(clinic.Id, olga.Id, true, Cancel));
        Assert.False(await People.Directory.SetPrivacyOfficerAsync(clinic.Id, olga.Id, true, Cancel));
        Assert.True(await People.Directory.SetPrivacyOfficerAsync(clinic.Id, lee.Id, true, Cancel));
        PassFreshness();
        Assert.Equal([lee.Id, olga.Id], (await OtherNode.Directory.ListPrivacyOfficersAsync(clinic.Id, Cancel)).Select(officer => officer.Id));
        Assert.False((await OtherNode.Accounts.FindAsync(olga.Id, Cancel))!.IsProfessional);

        await OkAsync(People.Directory.VouchAsync(clinic.Id, lee.Id, new Vouching { Role = "surgeon", Until = Clock.GetUtcNow().AddDays(30), VerifiedBy = "Olga" }, Cancel));
        Assert.True(await People.Directory.SetPrivacyOfficerAsync(clinic.Id, olga.Id, false, Cancel));
        PassFreshness();
        Assert.Equal([lee.Id], (await OtherNode.Directory.ListPrivacyOfficersAsync(clinic.Id, Cancel)).Select(officer => officer.Id));
        await People.Directory.EndMemberAsync(clinic.Id, lee.Id, Cancel);
        PassFreshness();
        Assert.Empty(await OtherNode.Directory.ListPrivacyOfficersAsync(clinic.Id, Cancel));
    }

    [Fact]
    public async Task An_emergency_contact_stays_one_whatever_else_is_said_of_them()
    {
        PatientId patient = PatientId.New();
        Person sam = await AddAsync("Sam");
        Person kim = await AddAsync("Kim");
        await OkAsync(People.Circle.AddAsync(patient, sam.Id, "son", Cancel));
        Assert.Equal(("son", true), Told(await People.Circle.SetEmergencyContactAsync(patient, sam, true, "contact", Cancel)));
        Assert.Equal(("contact", true), Told(await People.Circle.SetEmergencyContactAsync(patient, kim, true, "contact", Cancel)));
        Assert.Equal(("carer", true), Told(await OkAsync(People.Circle.AddAsync(patient, sam.Id, "carer", Cancel))));
        Assert.Equal(("carer", false), Told(await People.Circle.SetEmergencyContactAsync(patient, sam, false, "contact", Cancel)));
        Assert.Equal([("carer", false), ("contact", true)], (await OtherNode.Circle.OfPatientAsync(patient, Cancel)).Select(Told).Order());

        static (string Relationship, bool IsContact) Told(CircleMember member) => (member.Relationship, member.IsEmergencyContact);
    }

    private async Task<(Person Patient, Person Professional, Organisation Clinic)> ScenarioAsync()
    {
        Person maya = await AddAsync(record: PatientId.New());
        Person lee = await AddProfessionalAsync();
        Organisation clinic = await OkAsync(People.Directory.AddOrganisationAsync("Hill Clinic", Cancel));
        Person vouched = await OkAsync(People.Directory.VouchAsync(clinic.Id, lee.Id, new Vouching { Role = "surgeon", Until = Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel));
        return (maya, vouched, clinic);
    }
}

public sealed class EmergencyOpeningsOnSqlite(SqliteTestDatabase test) : EmergencyOpeningsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class EmergencyOpeningsOnPostgres(PostgresTestDatabase test) : EmergencyOpeningsContract(test), IClassFixture<PostgresTestDatabase>;
