using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class AccountsContract(TestDatabase test) : PeopleContract(test)
{
    [Fact]
    public async Task Several_are_found_at_once_as_each_is_by_themself_whoever_of_them_is_in_memory()
    {
        var (lee, maya, gone) = (await AddProfessionalAsync("Dr Lee", "surgeon"), await AddAsync("Maya Ortiz", PatientId.New()), await AddAsync("Gone"));
        var hill = await OkAsync(People.Directory.AddOrganisationAsync("Hill " + NewName(), Cancel));
        await OkAsync(People.Directory.AddMemberAsync(hill.Id, lee.Id, "surgeon", null, Cancel));
        Assert.True(await People.Accounts.CloseAsync(gone.Id, Cancel));
        PersonId[] all = [lee.Id, maya.Id, gone.Id, PersonId.New(), lee.Id];
        var node = NewNode();
        for (var turn = 0; turn < 2; turn++)
        {
            var found = await node.Accounts.FindAllAsync(all, Cancel);
            Assert.Equal(new[] { lee.Id, maya.Id }.Order(), found.Keys.Order());
            Assert.Equivalent(await OtherNode.Accounts.FindAsync(lee.Id, Cancel), found[lee.Id], strict: true);
            Assert.Equivalent(await OtherNode.Accounts.FindAsync(maya.Id, Cancel), found[maya.Id], strict: true);
        }

        // What changes is found as soon as it is for one.
        Assert.True(await node.Accounts.SetOperatorAsync(maya.Id, true, Cancel));
        Assert.True((await node.Accounts.FindAllAsync(all, Cancel))[maya.Id].IsOperator);
    }

    [Fact]
    public async Task A_person_is_found_by_id_name_and_reference_on_every_node()
    {
        PatientId record = PatientId.New();
        Person added = await AddAsync(new NewPerson { SignInName = " Maya.Found ", DisplayName = " Maya Ortiz ", Record = record });
        Assert.Equal(("maya.found", "Maya Ortiz", record), (added.SignInName, added.DisplayName, added.Record!.Value));
        foreach (PeopleModule node in new[] { People, OtherNode })
        {
            Assert.Equivalent(added, await node.Accounts.FindAsync(added.Id, Cancel));
            Assert.Equivalent(added, await node.Accounts.FindBySignInNameAsync("MAYA.found", Cancel));
            Assert.Equivalent(added, await node.Accounts.FindByReferenceAsync($"Patient/{record}", Cancel));
            Assert.Equivalent(added, await node.Accounts.FindByReferenceAsync($"RelatedPerson/{added.Id}", Cancel));
        }
    }

    [Fact]
    public async Task Nobody_is_found_by_what_names_nobody()
    {
        Person maya = await AddAsync(record: PatientId.New());
        Assert.Null(await People.Accounts.FindAsync(PersonId.New(), Cancel));
        foreach (string name in new[] { "nobody-has-this", "", "x y", maya.SignInName + "1", maya.SignInName[1..] })
        {
            Assert.Null(await People.Accounts.FindBySignInNameAsync(name, Cancel));
        }

        foreach (string reference in new[]
        {
            "", "/", "Patient/", $"Patient/{PatientId.New()}", $"Patient/{maya.Id}", $"RelatedPerson/{PersonId.New()}", $"RelatedPerson/{maya.Record}",
            $"relatedperson/{maya.Id}", $"RelatedPerson/{maya.Id} ", $"RelatedPerson/{maya.Id}/_history/1", $"Organization/{maya.Id}", $"Person/{maya.Id}",
            maya.Id.ToString(), $"Practitioner/{maya.Id}",
        })
        {
            Assert.Null(await People.Accounts.FindByReferenceAsync(reference, Cancel));
        }
    }

    [Fact]
    public async Task A_patient_is_named_by_the_record_and_known_as_a_related_person_too()
    {
        Person maya = await AddAsync(record: PatientId.New());
        Assert.Equal($"Patient/{maya.Record}", maya.Reference);
        Assert.Equal([$"Patient/{maya.Record}", $"RelatedPerson/{maya.Id}"], maya.RecipientReferences);
        Assert.Equal("FAMRQT", maya.DefaultPurpose);
    }

    [Fact]
    public async Task A_carer_is_named_as_a_related_person()
    {
        Person sam = await AddAsync("Sam");
        Assert.Equal($"RelatedPerson/{sam.Id}", sam.Reference);
        Assert.Equal([$"RelatedPerson/{sam.Id}"], sam.RecipientReferences);
        Assert.Equal("FAMRQT", sam.DefaultPurpose);
    }

    [Fact]
    public async Task A_professional_is_named_as_a_practitioner_even_with_a_record_of_their_own()
    {
        Person lee = await AddAsync(
            new NewPerson { SignInName = NewName(), DisplayName = "Dr Lee", IsProfessional = true, Role = "general practitioner", Record = PatientId.New() });
        Assert.Equal($"Practitioner/{lee.Id}", lee.Reference);
        Assert.Equal([$"Practitioner/{lee.Id}", $"Patient/{lee.Record}", $"RelatedPerson/{lee.Id}"], lee.RecipientReferences);
        Assert.Equal(("TREAT", "general practitioner"), (lee.DefaultPurpose, lee.Role));
        Assert.Equal(lee.Id, (await OtherNode.Accounts.FindByReferenceAsync(lee.Reference, Cancel))?.Id);
    }

    [Fact]
    public async Task A_name_is_taken_whatever_its_case_and_whoever_asks()
    {
        string name = NewName();
        Person first = await AddAsync(new NewPerson { SignInName = name, DisplayName = "First" });
        string problem = await ProblemAsync(OtherNode.Accounts.AddAsync(new NewPerson { SignInName = name.ToUpperInvariant(), DisplayName = "Second" }, Cancel));
        Assert.Equal($"the sign-in name `{name}` is taken: choose another", problem);
        Assert.Equal(first.Id, (await OtherNode.Accounts.FindBySignInNameAsync(name, Cancel))?.Id);
    }

    [Fact]
    public async Task Of_many_who_ask_for_one_name_at_once_one_gets_it()
    {
        string name = NewName();
        Result<Person>[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            (i % 2 == 0 ? People : OtherNode).Accounts.AddAsync(new NewPerson { SignInName = name, DisplayName = $"Asker {i}" }, Cancel)));
        Person winner = Assert.Single(results, static r => r.IsOk).Value!;
        Assert.Equal(winner.DisplayName, (await People.Accounts.FindBySignInNameAsync(name, Cancel))?.DisplayName);
    }

    [Theory]
    [InlineData("a", "Maya", null, null, "a sign-in name has 2 to 64 characters")]
    [InlineData("maya ortiz", "Maya", null, null, "a sign-in name cannot have ` `: use the letters a to z, digits and `.` `-` `_` `@` `+`")]
    [InlineData("fine", " ", null, null, "a name has 1 to 100 characters")]
    [InlineData("fine", "Maya\nOrtiz", null, null, "a name cannot have line breaks or characters that do not show")]
    [InlineData("fine", "Maya", "", null, "a role has 1 to 100 characters")]
    [InlineData("fine", "Maya", null, "seven77", "a password has at least 8 characters: a few words you remember are better than one with odd signs")]
    public async Task What_is_wrong_with_a_new_person_is_said_and_nothing_is_kept(string name, string displayName, string? role, string? password, string expected)
    {
        Assert.Equal(
            expected,
            await ProblemAsync(People.Accounts.AddAsync(new NewPerson { SignInName = name, DisplayName = displayName, Role = role, Password = password }, Cancel)));
        Assert.Null(await People.Accounts.FindBySignInNameAsync(name, Cancel));
    }

    [Fact]
    public async Task A_record_set_later_is_true_at_once_here_and_soon_elsewhere()
    {
        Person noor = await AddAsync("Noor");
        Assert.Null((await OtherNode.Accounts.FindAsync(noor.Id, Cancel))!.Record);
        PatientId record = PatientId.New();
        Person changed = await OkAsync(People.Accounts.SetRecordAsync(noor.Id, record, Cancel));
        Assert.Equal(record, changed.Record);
        Assert.Equal($"Patient/{record}", (await People.Accounts.FindAsync(noor.Id, Cancel))!.Reference);
        PassFreshness();
        Assert.Equal(record, (await OtherNode.Accounts.FindAsync(noor.Id, Cancel))!.Record);

        // Saying it again changes nothing.
        Assert.Equal(record, (await OkAsync(OtherNode.Accounts.SetRecordAsync(noor.Id, record, Cancel))).Record);
    }

    [Fact]
    public async Task A_record_and_its_person_are_tied_for_good()
    {
        Person maya = await AddAsync(record: PatientId.New());
        Person other = await AddAsync("Other");
        PatientId taken = maya.Record!.Value;
        Assert.Equal($"this person has a record already: `{taken}`", await ProblemAsync(People.Accounts.SetRecordAsync(maya.Id, PatientId.New(), Cancel)));
        Assert.Equal($"the record `{taken}` belongs to somebody else", await ProblemAsync(People.Accounts.SetRecordAsync(other.Id, taken, Cancel)));
        Assert.Null((await People.Accounts.FindAsync(other.Id, Cancel))!.Record);

        string name = NewName();
        Assert.Equal(
            $"the record `{taken}` belongs to somebody else",
            await ProblemAsync(People.Accounts.AddAsync(new NewPerson { SignInName = name, DisplayName = "Third", Record = taken }, Cancel)));
        await AddAsync(new NewPerson { SignInName = name, DisplayName = "The name is still free" });
        Assert.Equal(maya.Id, (await OtherNode.Accounts.FindByReferenceAsync($"Patient/{taken}", Cancel))?.Id);
    }

    [Fact]
    public async Task Of_two_records_set_at_once_one_stays()
    {
        Person noor = await AddAsync("Noor");
        PatientId[] records = [PatientId.New(), PatientId.New()];
        Result<Person>[] results = await Task.WhenAll(
            People.Accounts.SetRecordAsync(noor.Id, records[0], Cancel), OtherNode.Accounts.SetRecordAsync(noor.Id, records[1], Cancel));
        Person winner = Assert.Single(results, static r => r.IsOk).Value!;
        Assert.Equal(winner.Record, (await NewNode().Accounts.FindAsync(noor.Id, Cancel))!.Record);
        PatientId loser = records.Single(r => r != winner.Record);
        Assert.Null(await NewNode().Accounts.FindByReferenceAsync($"Patient/{loser}", Cancel));
    }

    [Fact]
    public async Task A_record_is_not_set_for_nobody()
    {
        PersonId nobody = PersonId.New();
        PatientId record = PatientId.New();
        Assert.Equal($"there is no person `{nobody}`", await ProblemAsync(People.Accounts.SetRecordAsync(nobody, record, Cancel)));
        Assert.Equal(record, (await AddAsync(record: record)).Record);
    }
}

public sealed class AccountsOnSqlite(SqliteTestDatabase test) : AccountsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class AccountsOnPostgres(PostgresTestDatabase test) : AccountsContract(test), IClassFixture<PostgresTestDatabase>;
