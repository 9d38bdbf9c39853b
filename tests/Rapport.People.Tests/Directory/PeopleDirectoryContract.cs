using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class PeopleDirectoryContract(TestDatabase test) : PeopleContract(test)
{
    [Fact]
    public async Task Professionals_are_found_by_parts_of_their_name_without_case_and_accents()
    {
        await AddProfessionalAsync("Zoë Ångström-Łukasiewicz");
        foreach (string query in new[] { "zoe", "ZOË", "ang luk", "lukas", "siewicz", "Łuk", "strom zo" })
        {
            Assert.Contains(await People.Directory.SearchProfessionalsAsync(query, Cancel), static p => p.DisplayName == "Zoë Ångström-Łukasiewicz");
        }

        foreach (string query in new[] { "", "  ", "-", "zoeang", "zoe nobody" })
        {
            Assert.Empty(await People.Directory.SearchProfessionalsAsync(query, Cancel));
        }
    }

    [Fact]
    public async Task Who_is_no_professional_is_not_listed()
    {
        await AddAsync("Quentin Quietly");
        Assert.Empty(await People.Directory.SearchProfessionalsAsync("quentin", Cancel));
    }

    [Fact]
    public async Task Words_that_begin_with_the_text_come_first_and_then_the_order_of_names()
    {
        foreach (string name in new[] { "Xavi Berta", "Albert Xavi", "Bert Xavi", "Robert Xavi" })
        {
            await AddProfessionalAsync(name);
        }

        Assert.Equal(["Bert Xavi", "Xavi Berta", "Albert Xavi", "Robert Xavi"], (await People.Directory.SearchProfessionalsAsync("bert xavi", Cancel)).Select(static p => p.DisplayName));
    }

    [Fact]
    public async Task No_more_than_twenty_are_shown()
    {
        for (var i = 0; i < 22; i++)
        {
            await AddProfessionalAsync($"Manyfold Number{i}");
        }

        Assert.Equal(20, (await People.Directory.SearchProfessionalsAsync("manyfold", Cancel)).Count);
    }

    [Fact]
    public async Task A_new_professional_is_found_here_at_once_and_elsewhere_within_the_freshness()
    {
        Assert.Empty(await People.Directory.SearchProfessionalsAsync("latecomer", Cancel));
        Assert.Empty(await OtherNode.Directory.SearchProfessionalsAsync("latecomer", Cancel));
        Person person = await AddProfessionalAsync("Latecomer", "nurse");
        Professional found = Assert.Single(await People.Directory.SearchProfessionalsAsync("latecomer", Cancel));
        Assert.Equal((person.Id, person.Reference, "nurse"), (found.Person, found.Reference, found.Role));
        PassFreshness();
        Assert.Single(await OtherNode.Directory.SearchProfessionalsAsync("latecomer", Cancel));
    }

    [Fact]
    public async Task Organisations_are_found_by_id_and_by_parts_of_their_name()
    {
        Organisation clinic = await OkAsync(People.Directory.AddOrganisationAsync(" Clínica Río Verde ", Cancel));
        Assert.Equal(("Clínica Río Verde", $"Organization/{clinic.Id}"), (clinic.Name, clinic.Reference));
        PassFreshness();
        foreach (PeopleModule node in new[] { People, OtherNode })
        {
            Assert.Equal(clinic, await node.Directory.FindOrganisationAsync(clinic.Id, Cancel));
            Assert.Equal([clinic], await node.Directory.SearchOrganisationsAsync("rio clinica", Cancel));
        }

        Assert.Null(await People.Directory.FindOrganisationAsync(OrganisationId.New(), Cancel));
        Assert.Equal("the name of an organisation has 1 to 200 characters", await ProblemAsync(People.Directory.AddOrganisationAsync(" ", Cancel)));
    }

    [Fact]
    public async Task Who_works_for_an_organisation_is_meant_by_consents_given_to_it_until_then()
    {
        Person lee = await AddProfessionalAsync("Member Lee");
        Organisation clinic = await OkAsync(People.Directory.AddOrganisationAsync("Valley Clinic", Cancel));
        await OtherNode.Accounts.FindAsync(lee.Id, Cancel);

        Person member = await OkAsync(People.Directory.AddMemberAsync(clinic.Id, lee.Id, "partner", Clock.GetUtcNow().AddDays(10), Cancel));
        Assert.Equal([$"Practitioner/{lee.Id}", $"RelatedPerson/{lee.Id}", clinic.Reference], member.RecipientReferences);
        Membership membership = Assert.Single(member.Organisations);
        Assert.Equal((clinic.Id, "partner", Clock.GetUtcNow().AddDays(10)), (membership.Organisation, membership.Role, membership.Until));
        Assert.Equal([clinic], Assert.Single(await People.Directory.SearchProfessionalsAsync("member lee", Cancel)).Organisations);
        PassFreshness();
        Assert.Contains(clinic.Reference, (await OtherNode.Accounts.FindAsync(lee.Id, Cancel))!.RecipientReferences);
        Assert.Equal([clinic], Assert.Single(await OtherNode.Directory.SearchProfessionalsAsync("member lee", Cancel)).Organisations);

        Clock.Advance(TimeSpan.FromDays(10));
        Assert.DoesNotContain(clinic.Reference, (await People.Accounts.FindAsync(lee.Id, Cancel))!.RecipientReferences);
        Assert.Empty((await People.Accounts.FindAsync(lee.Id, Cancel))!.Organisations);
        Assert.Empty(Assert.Single(await People.Directory.SearchProfessionalsAsync("member lee", Cancel)).Organisations);
    }

    [Fact]
    public async Task A_membership_that_ends_while_its_person_is_in_memory_ends_to_the_moment()
    {
        PeopleModule node = NewNode(Options with { Freshness = TimeSpan.FromDays(100) });
        Person lee = await AddProfessionalAsync();
        Organisation clinic = await OkAsync(People.Directory.AddOrganisationAsync("Short Clinic", Cancel));
        await OkAsync(node.Directory.AddMemberAsync(clinic.Id, lee.Id, null, Clock.GetUtcNow().AddDays(1), Cancel));
        Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        Assert.Contains(clinic.Reference, (await node.Accounts.FindAsync(lee.Id, Cancel))!.RecipientReferences);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.DoesNotContain(clinic.Reference, (await node.Accounts.FindAsync(lee.Id, Cancel))!.RecipientReferences);
    }

    [Fact]
    public async Task A_membership_that_is_ended_ends_here_at_once_and_elsewhere_within_the_freshness()
    {
        Person lee = await AddProfessionalAsync();
        Organisation clinic = await OkAsync(People.Directory.AddOrganisationAsync("Ended Clinic", Cancel));
        Assert.False(await People.Directory.EndMemberAsync(clinic.Id, lee.Id, Cancel));
        await OkAsync(People.Directory.AddMemberAsync(clinic.Id, lee.Id, null, null, Cancel));
        Assert.Contains(clinic.Reference, (await OtherNode.Accounts.FindAsync(lee.Id, Cancel))!.RecipientReferences);
        Assert.True(await People.Directory.EndMemberAsync(clinic.Id, lee.Id, Cancel));
        Assert.DoesNotContain(clinic.Reference, (await People.Accounts.FindAsync(lee.Id, Cancel))!.RecipientReferences);
        PassFreshness();
        Assert.DoesNotContain(clinic.Reference, (await OtherNode.Accounts.FindAsync(lee.Id, Cancel))!.RecipientReferences);
        Assert.False(await People.Directory.EndMemberAsync(clinic.Id, lee.Id, Cancel));

        // And begins anew.
        await OkAsync(OtherNode.Directory.AddMemberAsync(clinic.Id, lee.Id, null, null, Cancel));
        Assert.Contains(clinic.Reference, (await OtherNode.Accounts.FindAsync(lee.Id, Cancel))!.RecipientReferences);
    }

    [Fact]
    public async Task What_is_wrong_with_a_membership_is_said()
    {
        Person lee = await AddProfessionalAsync();
        Organisation clinic = await OkAsync(People.Directory.AddOrganisationAsync("Strict Clinic", Cancel));
        OrganisationId noOrganisation = OrganisationId.New();
        PersonId nobody = PersonId.New();
        Assert.Equal($"there is no organisation `{noOrganisation}`", await ProblemAsync(People.Directory.AddMemberAsync(noOrganisation, lee.Id, null, null, Cancel)));
        Assert.Equal($"there is no person `{nobody}`", await ProblemAsync(People.Directory.AddMemberAsync(clinic.Id, nobody, null, null, Cancel)));
        Assert.Equal("a role has 1 to 100 characters", await ProblemAsync(People.Directory.AddMemberAsync(clinic.Id, lee.Id, "", null, Cancel)));
        Assert.Equal(
            "the membership would have ended already: choose a day to come",
            await ProblemAsync(People.Directory.AddMemberAsync(clinic.Id, lee.Id, null, Clock.GetUtcNow(), Cancel)));
    }

    [Fact]
    public async Task Changes_made_on_many_nodes_at_once_are_all_seen()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? People : OtherNode).Accounts.AddAsync(
            new NewPerson { SignInName = NewName(), DisplayName = $"Concurrent Name{i}", IsProfessional = true }, Cancel)));
        PassFreshness();
        Assert.Equal(20, (await People.Directory.SearchProfessionalsAsync("concurrent", Cancel)).Count);
        Assert.Equal(20, (await OtherNode.Directory.SearchProfessionalsAsync("concurrent", Cancel)).Count);
    }

    [Fact]
    public async Task Who_is_vouched_for_is_a_professional_on_every_node_until_it_ends()
    {
        Person ana = await AddAsync("Ana Vouched");
        Organisation clinic = await OkAsync(People.Directory.AddOrganisationAsync("Vouching clinic", Cancel));
        Assert.Null(await People.Directory.FindProfessionalAsync(ana.Id, Cancel));
        var vouching = new Vouching
        {
            Role = "cardiologist", Licence = Licence.Read(LicenceKind.Npi, "1234567893", out _), Until = Clock.GetUtcNow().AddDays(30), VerifiedBy = "Olga Operator",
        };
        Person vouched = await OkAsync(People.Directory.VouchAsync(clinic.Id, ana.Id, vouching, Cancel));
        Assert.Equal((true, "cardiologist", $"Practitioner/{ana.Id}"), (vouched.IsProfessional, vouched.Role, vouched.Reference));
        Assert.Contains(clinic.Reference, vouched.RecipientReferences);
        PassFreshness();
        ProfessionalProfile profile = (await OtherNode.Directory.FindProfessionalAsync(ana.Id, Cancel))!;
        (Organisation organisation, Membership membership) = Assert.Single(profile.Memberships);
        Assert.Equal(clinic, organisation);
        Assert.Equal(("1234567893", "Olga Operator"), (membership.Verified!.Licence!.Number, membership.Verified.By));
        Assert.Equal(ana.Id, Assert.Single(await OtherNode.Directory.ListMembersAsync(clinic.Id, Cancel)).Professional.Person);

        Clock.Advance(TimeSpan.FromDays(31));
        Assert.DoesNotContain(clinic.Reference, (await OtherNode.Accounts.FindAsync(ana.Id, Cancel))!.RecipientReferences);
        Assert.Single((await OtherNode.Directory.FindProfessionalAsync(ana.Id, Cancel))!.Memberships);

        // What ended makes nobody a professional any more, and puts them in no search.
        Assert.False((await OtherNode.Accounts.FindAsync(ana.Id, Cancel))!.IsProfessional);
        Assert.Empty(await OtherNode.Directory.SearchProfessionalsAsync("Vouched", Cancel));
    }

    [Fact]
    public async Task Nobody_goes_through_all_sign_in_names()
    {
        Person mallory = await AddAsync("Mallory");
        Person maya = await AddAsync();
        for (var i = 0; i < 20; i++)
        {
            Assert.NotNull(await People.Accounts.LookUpAsync(mallory.Id, maya.SignInName, Cancel));
        }

        Assert.Null(await People.Accounts.LookUpAsync(mallory.Id, maya.SignInName, Cancel));
        Assert.NotNull(await People.Accounts.LookUpAsync(maya.Id, mallory.SignInName, Cancel));
        Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.NotNull(await People.Accounts.LookUpAsync(mallory.Id, maya.SignInName, Cancel));
    }

    [Fact]
    public async Task Nobody_vouches_for_longer_than_two_years_or_for_nobody()
    {
        Person ana = await AddAsync("Ana");
        Organisation clinic = await OkAsync(People.Directory.AddOrganisationAsync("Clinic of limits", Cancel));
        Vouching Until(DateTimeOffset until) => new() { Role = "nurse", Until = until, VerifiedBy = "Olga" };
        await ProblemAsync(People.Directory.VouchAsync(clinic.Id, ana.Id, Until(Clock.GetUtcNow().AddDays(732)), Cancel));
        await ProblemAsync(People.Directory.VouchAsync(clinic.Id, ana.Id, Until(Clock.GetUtcNow()), Cancel));
        await ProblemAsync(People.Directory.VouchAsync(clinic.Id, Data.PersonId.New(), Until(Clock.GetUtcNow().AddDays(1)), Cancel));
        await ProblemAsync(People.Directory.VouchAsync(Data.OrganisationId.New(), ana.Id, Until(Clock.GetUtcNow().AddDays(1)), Cancel));
        Assert.False((await OtherNode.Accounts.FindAsync(ana.Id, Cancel))!.IsProfessional);
    }
}

public sealed class PeopleDirectoryOnSqlite(SqliteTestDatabase test) : PeopleDirectoryContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class PeopleDirectoryOnPostgres(PostgresTestDatabase test) : PeopleDirectoryContract(test), IClassFixture<PostgresTestDatabase>;
