using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Who is in a world.</summary>
internal static class WorldPeople
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A patient, a doctor whom a clinic vouches for, somebody who has a record of their own, and where something is passed on, whom it comes from.</summary>
    /// <returns>The patient.</returns>
    public static async Task<Person> AddPeopleAsync(this Side side, Plan plan)
    {
        var (server, number) = (side.Server, plan.Seed.ToString("x8", null));
        var patient = await AddAsync(server, $"ada-{number}", "Ada Sample", null, hasRecord: true);
        var doctor = await AddAsync(server, $"lee-{number}", "Dr Lee", "general practitioner", hasRecord: false);
        var stranger = await AddAsync(server, $"mal-{number}", "Mallory", null, hasRecord: true);
        doctor = await EmployAsync(side, doctor, $"Hill Clinic {number}", "");
        foreach (var (name, person) in new[] { ("ada", patient), ("doctor", doctor), ("stranger", stranger) })
        {
            side.Name(name, person.Reference);
            side.Name(name + "id", person.Id.ToString());
        }

        side.Name("strangers", stranger.Record!.Value.ToString());
        await side.AddCallerAsync("ada", patient, TokenScopes.All);
        if (plan.Receiver == Receiver.App)
        {
            // A program of the patient's own stands where the doctor stands else.
            side.Name("app", "Device/" + await side.AddCallerAsync("doctor", patient, TokenScopes.App));
        }
        else
        {
            await side.AddCallerAsync("doctor", doctor, TokenScopes.All);
        }

        if (plan.IsPassedOn)
        {
            var giver = await EmployAsync(side, await AddAsync(server, $"giv-{number}", "Dr Moss", "general practitioner", hasRecord: false), $"Far Clinic {number}", "far-");
            side.Name("giver", giver.Reference);
            side.Name("giverid", giver.Id.ToString());
            await side.AddVisitorAsync("giver-page", giver);
        }

        await side.AddCallerAsync("narrow", doctor, TokenScopes.ReadOwn | TokenScopes.Contribute);
        await side.AddCallerAsync("stranger", stranger, TokenScopes.All);
        await side.AddCallerAsync("device", patient, TokenScopes.Measure);
        await side.AddCallerAsync("other-app", patient, TokenScopes.App);
        await side.AddCallerAsync("doctors-app", doctor, TokenScopes.App);
        await side.AddVisitorAsync("doctor-page", doctor);
        await side.AddVisitorAsync("doctor-page-es", doctor, "es");
        await side.AddVisitorAsync("stranger-page", stranger);
        side["nobody"] = server.Client();
        return patient;
    }

    /// <summary>One more professional, who knocks with a browser under their name.</summary>
    public static async Task AddProfessionalAsync(this Side side, string name, Plan plan)
    {
        var person = await EmployAsync(side, await AddAsync(side.Server, $"{name}-{plan.Seed:x8}", $"Dr {name}", "general practitioner", hasRecord: false), $"{name} clinic {plan.Seed:x8}", name + "-");
        side.Name(name, person.Reference);
        side.Name(name + "id", person.Id.ToString());
        await side.AddVisitorAsync(name + "-page", person);
    }

    /// <summary>The doctor leaves whom they are meant by.</summary>
    public static async Task LeaveAsync(this Side side, Plan plan)
    {
        var people = side.Server.Modules.People;
        var (doctor, clinic) = (PersonId.Parse(side.Text("doctorid")), OrganisationId.Parse(side.Text("clinicid")));
        if (plan is { IsPassedOn: false, Receiver: Receiver.Team })
        {
            Assert.True(CareTeamId.TryParse(side.Text("team").AsSpan("CareTeam/".Length), out var team) && await people.CareTeams.SetMemberAsync(team, doctor, isMember: false, Cancel));
        }
        else if (plan is { IsPassedOn: false, Receiver: Receiver.Role })
        {
            await VouchAsync(side, clinic, doctor, "physician");
        }
        else
        {
            Assert.True(await people.Directory.EndMemberAsync(clinic, doctor, Cancel));
        }
    }

    /// <summary>Somebody becomes a surgeon of a new clinic, and of a team of it.</summary>
    private static async Task<Person> EmployAsync(Side side, Person person, string name, string prefix)
    {
        var people = side.Server.Modules.People;
        var clinic = (await people.Directory.AddOrganisationAsync(name, Cancel)).Value!;
        person = await VouchAsync(side, clinic.Id, person.Id, "surgeon");
        var team = (await people.CareTeams.AddAsync(clinic.Id, "Knee team", Cancel)).Value!;
        Assert.True(await people.CareTeams.SetMemberAsync(team.Id, person.Id, isMember: true, Cancel));
        side.Name(prefix + "clinic", clinic.Reference);
        side.Name(prefix + "clinicid", clinic.Id.ToString());
        side.Name(prefix + "team", team.Reference);
        side.Name(prefix + "role", new OrganisationRole(clinic.Id, "surgeon").Reference);
        return person;
    }

    private static async Task<Person> VouchAsync(Side side, OrganisationId clinic, PersonId person, string role) =>
        (await side.Server.Modules.People.Directory.VouchAsync(clinic, person, new Vouching { Role = role, Until = side.Server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel)).Value!;

    private static async Task<Person> AddAsync(RunningServer server, string signInName, string name, string? role, bool hasRecord)
    {
        var accounts = server.Modules.People.Accounts;
        var person = (await accounts.AddAsync(new NewPerson { SignInName = signInName, DisplayName = name, IsProfessional = role is not null, Role = role }, Cancel)).Value!;
        if (hasRecord)
        {
            var record = await server.Modules.Records.Compartments.CreateAsync(new Actor(person.Id, person.Reference, person.DisplayName, person.RecipientReferences), Cancel);
            person = (await accounts.SetRecordAsync(person.Id, record, Cancel)).Value!;
        }

        return person;
    }
}
