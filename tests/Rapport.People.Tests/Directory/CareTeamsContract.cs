using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class CareTeamsContract(TestDatabase test) : PeopleContract(test)
{
    [Fact]
    public async Task Who_is_in_a_team_is_meant_by_consents_given_to_it_until_they_leave()
    {
        var hill = await HospitalAsync("Hill Hospital");
        var lee = await VouchAsync(hill, await AddProfessionalAsync());
        var team = await OkAsync(People.CareTeams.AddAsync(hill, "Heart team", Cancel));
        Assert.DoesNotContain(team.Reference, lee.RecipientReferences);
        await OtherNode.Accounts.FindAsync(lee.Id, Cancel);

        Assert.True(await People.CareTeams.SetMemberAsync(team.Id, lee.Id, true, Cancel));
        Assert.False(await People.CareTeams.SetMemberAsync(team.Id, lee.Id, true, Cancel));
        Assert.Contains(team.Reference, await ReferencesAsync(People, lee));
        PassFreshness();
        Assert.Contains(team.Reference, await ReferencesAsync(OtherNode, lee));

        Assert.True(await OtherNode.CareTeams.SetMemberAsync(team.Id, lee.Id, false, Cancel));
        Assert.DoesNotContain(team.Reference, await ReferencesAsync(OtherNode, lee));
        PassFreshness();
        Assert.DoesNotContain(team.Reference, await ReferencesAsync(People, lee));
    }

    [Fact]
    public async Task Who_no_longer_works_there_is_in_no_team_there_not_even_when_they_come_back()
    {
        var hill = await HospitalAsync("Hill Hospital");
        var lee = await VouchAsync(hill, await AddProfessionalAsync());
        var team = await OkAsync(People.CareTeams.AddAsync(hill, "Heart team", Cancel));
        await People.CareTeams.SetMemberAsync(team.Id, lee.Id, true, Cancel);

        // What is stated of them anew while they work there changes nothing.
        await VouchAsync(hill, lee);
        Assert.Contains(team.Reference, await ReferencesAsync(People, lee));

        await People.Directory.EndMemberAsync(hill, lee.Id, Cancel);
        Assert.DoesNotContain(team.Reference, await ReferencesAsync(People, lee));
        Assert.False(await People.CareTeams.SetMemberAsync(team.Id, lee.Id, true, Cancel));
        await VouchAsync(hill, lee);
        Assert.DoesNotContain(team.Reference, await ReferencesAsync(People, lee));
    }

    [Fact]
    public async Task Nor_does_who_comes_back_look_after_privacy_unless_somebody_says_so()
    {
        var hill = await HospitalAsync("Hill Hospital");
        var lee = await VouchAsync(hill, await AddProfessionalAsync());
        await People.Directory.SetPrivacyOfficerAsync(hill, lee.Id, true, Cancel);
        Assert.True((await VouchAsync(hill, lee)).Organisations.Single().IsPrivacyOfficer);
        await People.Directory.EndMemberAsync(hill, lee.Id, Cancel);
        Assert.False((await VouchAsync(hill, lee)).Organisations.Single().IsPrivacyOfficer);
    }

    [Fact]
    public async Task A_vouching_that_runs_out_ends_team_and_role()
    {
        var hill = await HospitalAsync("Hill Hospital");
        var lee = await VouchAsync(hill, await AddProfessionalAsync());
        var team = await OkAsync(People.CareTeams.AddAsync(hill, "Heart team", Cancel));
        await People.CareTeams.SetMemberAsync(team.Id, lee.Id, true, Cancel);
        var role = new OrganisationRole(hill, "cardiologist").Reference;
        Assert.Superset(new HashSet<string> { team.Reference, role }, (await ReferencesAsync(People, lee)).ToHashSet());
        Clock.Advance(TimeSpan.FromDays(31));
        Assert.DoesNotContain(await ReferencesAsync(People, lee), reference => reference == team.Reference || reference == role);
    }

    [Fact]
    public async Task A_role_means_whom_the_organisation_vouches_for_in_it_however_it_is_written()
    {
        var (hill, valley) = (await HospitalAsync("Hill Hospital"), await HospitalAsync("Valley Clinic"));
        var (one, two, three) = (await InRoleAsync("Dr One", "Cardiologist"), await InRoleAsync("Dr Two", " cardiólogist "), await InRoleAsync("Dr Three", "nurse"));
        var claims = await AddProfessionalAsync("Dr Claims", "cardiologist");
        await People.Directory.AddMemberAsync(hill, claims.Id, "cardiologist", null, Cancel);
        var role = new OrganisationRole(hill, "cardiologist").Reference;
        Assert.Contains(role, await ReferencesAsync(People, one));
        Assert.Contains(role, await ReferencesAsync(People, two));
        Assert.DoesNotContain(role, await ReferencesAsync(People, three));

        // Nobody vouches for them, so the role is only their own word.
        Assert.DoesNotContain(role, await ReferencesAsync(People, claims));
        Assert.DoesNotContain(new OrganisationRole(valley, "cardiologist").Reference, await ReferencesAsync(People, one));

        var found = await People.CareTeams.FindAsync(role, Cancel);
        Assert.Equal((hill, true), (found!.Organisation.Id, found.IsRole));
        Assert.Equal("cardiologist", found.Name, ignoreCase: true);

        async Task<Person> InRoleAsync(string name, string said)
        {
            var person = await AddProfessionalAsync(name);
            await VouchAsync(hill, person, said);
            return person;
        }
    }

    [Fact]
    public async Task Teams_and_roles_are_found_by_their_name_and_that_of_the_organisation()
    {
        var hill = await HospitalAsync("Hill Hospital of Ålesund");
        var team = await OkAsync(People.CareTeams.AddAsync(hill, "Herzteam Nord", Cancel));
        var lee = await AddProfessionalAsync();
        await VouchAsync(hill, lee, "perfusionist");
        PassFreshness();
        foreach (var node in new[] { People, OtherNode })
        {
            Assert.Equal([team.Reference], (await node.CareTeams.SearchAsync("herz alesund", Cancel)).Select(static group => group.Reference));
            Assert.Equal("perfusionist", Assert.Single(await node.CareTeams.SearchAsync("perfusion hospital", Cancel)).Name);
            Assert.Equal([team.Reference, new OrganisationRole(hill, "perfusionist").Reference], (await node.CareTeams.OfAsync(hill, Cancel)).Select(static group => group.Reference));
            Assert.Equal("Herzteam Nord", (await node.CareTeams.FindAsync(team.Reference, Cancel))!.Name);
            Assert.Equal("Hill Hospital of Ålesund", (await node.CareTeams.FindAsync(team.Reference, Cancel))!.Organisation.Name);
        }

        foreach (var reference in new[] { "CareTeam/", "CareTeam/x", $"CareTeam/{hill}", $"CareTeam/{CareTeamId.New(hill)}", $"PractitionerRole/{hill}", $"PractitionerRole/{hill}.x", $"Organization/{hill}", "" })
        {
            Assert.Null(await People.CareTeams.FindAsync(reference, Cancel));
        }
    }

    [Fact]
    public async Task Names_are_checked_and_each_team_of_an_organisation_has_its_own()
    {
        var hill = await HospitalAsync("Hill Hospital");
        await OkAsync(People.CareTeams.AddAsync(hill, "Night shift", Cancel));
        Assert.Equal("there is a team `night  Shift` already: choose another name", await ProblemAsync(OtherNode.CareTeams.AddAsync(hill, "night  Shift", Cancel)));
        Assert.Equal("a name has 1 to 100 characters", await ProblemAsync(People.CareTeams.AddAsync(hill, " ", Cancel)));
        var nowhere = OrganisationId.New();
        Assert.Equal($"there is no organisation `{nowhere}`", await ProblemAsync(People.CareTeams.AddAsync(nowhere, "Night shift", Cancel)));
    }

    [Fact]
    public async Task A_team_is_taken_away_only_when_nobody_is_in_it()
    {
        var hill = await HospitalAsync("Hill Hospital");
        var lee = await VouchAsync(hill, await AddProfessionalAsync());
        var team = await OkAsync(People.CareTeams.AddAsync(hill, "Heart team", Cancel));
        await People.CareTeams.SetMemberAsync(team.Id, lee.Id, true, Cancel);
        Assert.False(await People.CareTeams.RemoveAsync(team.Id, Cancel));
        await People.CareTeams.SetMemberAsync(team.Id, lee.Id, false, Cancel);
        Assert.True(await People.CareTeams.RemoveAsync(team.Id, Cancel));
        Assert.False(await People.CareTeams.RemoveAsync(team.Id, Cancel));
        Assert.False(await OtherNode.CareTeams.SetMemberAsync(team.Id, lee.Id, true, Cancel));
        Assert.Null(await People.CareTeams.FindAsync(team.Reference, Cancel));
    }

    private async Task<OrganisationId> HospitalAsync(string name) => (await OkAsync(People.Directory.AddOrganisationAsync(name, Cancel))).Id;

    private Task<Person> VouchAsync(OrganisationId organisation, Person person, string role = "cardiologist") => OkAsync(People.Directory.VouchAsync(
        organisation, person.Id, new Vouching { Role = role, Until = Clock.GetUtcNow().AddDays(30), VerifiedBy = "Olga" }, Cancel));

    private static async Task<IReadOnlyList<string>> ReferencesAsync(PeopleModule node, Person person) => (await node.Accounts.FindAsync(person.Id, Cancel))!.RecipientReferences;
}

public sealed class CareTeamsOnSqlite(SqliteTestDatabase test) : CareTeamsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class CareTeamsOnPostgres(PostgresTestDatabase test) : CareTeamsContract(test), IClassFixture<PostgresTestDatabase>;
