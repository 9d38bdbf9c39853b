using System.Text.Json.Nodes;
using Dapper;
using Microsoft.AspNetCore.Http;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class PasskeysContract(TestDatabase test) : PeopleContract(test)
{
    [Fact]
    public async Task A_passkey_signs_its_person_in_on_every_node()
    {
        Person maya = await AddAsync();
        using var phone = new SoftwareAuthenticator();
        Passkey added = await AddPasskeyAsync(maya, phone, "Phone");
        Assert.Equal(("Phone", null), (added.Name, added.LastUsedAt));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(maya.Id, (await SignInAsync(People, phone))!.Id);
        Assert.Equal(maya.Id, (await SignInAsync(OtherNode, phone))!.Id);
        Passkey listed = Assert.Single(await OtherNode.Passkeys.ListAsync(maya.Id, Cancel));
        Assert.Equal((added.Id, "Phone", Clock.GetUtcNow()), (listed.Id, listed.Name, listed.LastUsedAt!.Value));
    }

    [Fact]
    public async Task A_person_has_several_passkeys_and_removes_one()
    {
        Person maya = await AddAsync();
        using var phone = new SoftwareAuthenticator();
        using var laptop = new SoftwareAuthenticator();
        Passkey lost = await AddPasskeyAsync(maya, phone, "Phone");
        await AddPasskeyAsync(maya, laptop, "Laptop");
        Assert.Null(await People.Passkeys.RenameAsync(maya.Id, lost.Id, "Old phone", Cancel));
        Assert.Equal(["Old phone", "Laptop"], (await People.Passkeys.ListAsync(maya.Id, Cancel)).Select(static p => p.Name));
        Assert.True(await People.Passkeys.RemoveAsync(maya.Id, lost.Id, Cancel));
        Assert.False(await People.Passkeys.RemoveAsync(maya.Id, lost.Id, Cancel));
        Assert.Null(await SignInAsync(OtherNode, phone));
        Assert.NotNull(await SignInAsync(OtherNode, laptop));
    }

    [Fact]
    public async Task The_only_way_in_is_not_removed()
    {
        Person maya = await AddAsync();
        using var phone = new SoftwareAuthenticator();
        Passkey only = await AddPasskeyAsync(maya, phone, "Phone");
        Assert.False(await People.Passkeys.RemoveAsync(maya.Id, only.Id, Cancel));
        Assert.NotNull(await SignInAsync(OtherNode, phone));
        Person sam = await AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Sam", Password = "harbour lantern 7" });
        Assert.False(await People.Passwords.RemoveAsync(sam.Id, Cancel));
        Assert.True(await OtherNode.Passwords.HasAsync(sam.Id, Cancel));
    }

    [Fact]
    public async Task Of_two_ways_in_one_stays_when_both_are_removed_at_once_on_two_nodes()
    {
        for (int round = 0; round < 10; round++)
        {
            Person maya = await AddAsync(new NewPerson { SignInName = NewName(), DisplayName = "Maya", Password = "harbour lantern 7" });
            using var phone = new SoftwareAuthenticator();
            Passkey passkey = await AddPasskeyAsync(maya, phone, "Phone");
            bool[] removed = await Task.WhenAll(
                Task.Run(() => People.Passkeys.RemoveAsync(maya.Id, passkey.Id, Cancel)), Task.Run(() => OtherNode.Passwords.RemoveAsync(maya.Id, Cancel)));
            Assert.Single(removed, true);
            Assert.Equal(removed[0], await People.Passwords.HasAsync(maya.Id, Cancel));
            Assert.Equal(removed[1], (await People.Passkeys.ListAsync(maya.Id, Cancel)).Count == 1);
        }
    }

    [Fact]
    public async Task Nobody_touches_the_passkey_of_somebody_else()
    {
        Person maya = await AddAsync();
        Person mallory = await AddAsync("Mallory");
        using var phone = new SoftwareAuthenticator();
        Passkey passkey = await AddPasskeyAsync(maya, phone, "Phone");
        Assert.False(await People.Passkeys.RemoveAsync(mallory.Id, passkey.Id, Cancel));
        Assert.NotNull(await People.Passkeys.RenameAsync(mallory.Id, passkey.Id, "Mine", Cancel));
        Assert.NotNull(await SignInAsync(People, phone));
    }

    [Fact]
    public async Task An_answer_counts_once_on_all_nodes_and_in_every_spelling()
    {
        Person maya = await AddAsync();
        using var phone = new SoftwareAuthenticator();
        await AddPasskeyAsync(maya, phone, "Phone");
        PasskeyQuestion question = await People.Passkeys.AskAsync(null, Browser());
        string answer = phone.Sign(question.OptionsJson);
        Assert.NotNull(await People.Passkeys.CheckAsync(null, question.Ticket, answer, Browser(), Cancel));
        Assert.Null(await People.Passkeys.CheckAsync(null, question.Ticket, answer, Browser(), Cancel));
        Assert.Null(await OtherNode.Passkeys.CheckAsync(null, question.Ticket, answer, Browser(), Cancel));
        foreach (string spelling in new[] { question.Ticket + "=", question.Ticket + "==", " " + question.Ticket, question.Ticket + "\n" })
        {
            Assert.Null(await OtherNode.Passkeys.CheckAsync(null, spelling, answer, Browser(), Cancel));
        }
    }

    [Fact]
    public async Task Of_many_nodes_that_are_given_the_same_answer_one_takes_it()
    {
        Person maya = await AddAsync();
        using var phone = new SoftwareAuthenticator();
        await AddPasskeyAsync(maya, phone, "Phone");
        PasskeyQuestion question = await People.Passkeys.AskAsync(null, Browser());
        string answer = phone.Sign(question.OptionsJson);
        PeopleModule[] nodes = [People, OtherNode, NewNode(), NewNode()];
        Person?[] taken = await Task.WhenAll(nodes.Select(node => Task.Run(() => node.Passkeys.CheckAsync(null, question.Ticket, answer, Browser(), Cancel))));
        Assert.Single(taken, static p => p is not null);
    }

    [Fact]
    public async Task An_answer_is_late_after_five_minutes()
    {
        Person maya = await AddAsync();
        using var phone = new SoftwareAuthenticator();
        await AddPasskeyAsync(maya, phone, "Phone");
        PasskeyQuestion question = await People.Passkeys.AskAsync(null, Browser());
        string answer = phone.Sign(question.OptionsJson);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await People.Passkeys.CheckAsync(null, question.Ticket, answer, Browser(), Cancel));
    }

    public static TheoryData<string> Bent => ["origin", "plain http", "domain", "cross-origin", "not verified", "other question", "other person", "counter", "no json", "signature", "ticket"];

    [Theory]
    [MemberData(nameof(Bent))]
    public async Task What_is_bent_signs_nobody_in(string what)
    {
        Person maya = await AddAsync();
        Person sam = await AddAsync("Sam");
        using var phone = new SoftwareAuthenticator { Counter = 7 };
        await AddPasskeyAsync(maya, phone, "Phone");
        PasskeyQuestion question = await People.Passkeys.AskAsync(null, Browser());
        string options = question.OptionsJson;
        string? handle = null;
        switch (what)
        {
            case "origin":
                phone.Origin = "https://rapport.example.evil.example";
                break;
            case "plain http":
                phone.Origin = "http://rapport.example";
                break;
            case "domain":
                phone.Domain = "evil.example";
                break;
            case "cross-origin":
                phone.IsCrossOrigin = true;
                break;
            case "not verified":
                phone.IsVerified = false;
                break;
            case "other question":
                options = (await People.Passkeys.AskAsync(null, Browser())).OptionsJson;
                break;
            case "other person":
                handle = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(sam.Id.ToString()));
                break;
            case "counter":
                phone.Counter = 3;
                break;
        }

        string answer = what == "no json" ? "{" : phone.Sign(options, handle);
        if (what == "signature")
        {
            JsonNode json = JsonNode.Parse(answer)!;
            var signature = (string)json["response"]!["signature"]!;
            json["response"]!["signature"] = signature[..20] + (signature[20] == 'A' ? 'B' : 'A') + signature[21..];
            answer = json.ToJsonString();
        }

        string ticket = what == "ticket" ? new string('A', question.Ticket.Length) : question.Ticket;
        Assert.Null(await People.Passkeys.CheckAsync(null, ticket, answer, Browser(), Cancel));

        // And unbent it does, so that it was this that was refused.
        (phone.Origin, phone.Domain, phone.IsCrossOrigin, phone.IsVerified, phone.Counter) = ("https://rapport.example", "rapport.example", false, true, 8);
        Assert.Equal(maya.Id, (await SignInAsync(People, phone))?.Id);
    }

    [Fact]
    public async Task A_question_to_one_person_is_answered_by_no_other_and_for_nothing_else()
    {
        Person maya = await AddAsync();
        Person mallory = await AddAsync("Mallory");
        using var phone = new SoftwareAuthenticator();
        using var hers = new SoftwareAuthenticator();
        await AddPasskeyAsync(maya, phone, "Phone");
        await AddPasskeyAsync(mallory, hers, "Phone");
        PasskeyQuestion question = await People.Passkeys.AskAsync(maya, Browser());
        Assert.Null(await People.Passkeys.CheckAsync(maya, question.Ticket, hers.Sign(question.OptionsJson), Browser(), Cancel));
        Assert.Null(await People.Passkeys.CheckAsync(null, question.Ticket, phone.Sign(question.OptionsJson), Browser(), Cancel));
        Assert.Null(await People.Passkeys.CheckAsync(mallory, question.Ticket, phone.Sign(question.OptionsJson), Browser(), Cancel));
        Assert.NotNull(await People.Passkeys.CheckAsync(maya, question.Ticket, phone.Sign(question.OptionsJson), Browser(), Cancel));

        // The ticket of mallory's own question for a new passkey adds none to maya.
        using var planted = new SoftwareAuthenticator();
        PasskeyQuestion own = await People.Passkeys.AskForNewAsync(mallory, Browser());
        await ProblemAsync(People.Passkeys.AddAsync(maya, "Planted", own.Ticket, planted.Create(own.OptionsJson), Browser(), Cancel));
    }

    [Fact]
    public async Task A_credential_that_is_here_is_not_added_again()
    {
        Person maya = await AddAsync();
        Person mallory = await AddAsync("Mallory");
        using var phone = new SoftwareAuthenticator();
        await AddPasskeyAsync(maya, phone, "Phone");
        PasskeyQuestion question = await People.Passkeys.AskForNewAsync(mallory, Browser());
        await ProblemAsync(People.Passkeys.AddAsync(mallory, "Phone", question.Ticket, phone.Create(question.OptionsJson), Browser(), Cancel));
        Assert.Empty(await People.Passkeys.ListAsync(mallory.Id, Cancel));
        Assert.Single(await People.Passkeys.ListAsync(maya.Id, Cancel));
    }

    [Fact]
    public async Task Somebody_signs_up_with_a_passkey_alone()
    {
        using var phone = new SoftwareAuthenticator();
        PasskeyQuestion question = await OkAsync(People.Passkeys.AskForFirstAsync("Ömer Çelik", Browser()));
        string answer = phone.Create(question.OptionsJson);
        Person omer = await OkAsync(People.Passkeys.SignUpAsync("This device", question.Ticket, answer, null, Browser(), Cancel));
        Assert.Equal("Ömer Çelik", omer.DisplayName);
        Assert.Matches("^omer-[0-9]{5}$", omer.SignInName);
        Assert.Equal(omer.Id, (await SignInAsync(OtherNode, phone))!.Id);
        Assert.False(await People.Passwords.HasAsync(omer.Id, Cancel));

        // The same answer again makes nobody.
        await ProblemAsync(OtherNode.Passkeys.SignUpAsync("Again", question.Ticket, answer, null, Browser(), Cancel));
        Assert.Single(await People.Passkeys.ListAsync(omer.Id, Cancel));
    }

    [Fact]
    public async Task A_passkey_given_to_another_person_signs_nobody_in()
    {
        Person maya = await AddAsync();
        Person mallory = await AddAsync("Mallory");
        using var hers = new SoftwareAuthenticator();
        await AddPasskeyAsync(mallory, hers, "Phone");
        await Test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                "UPDATE passkey SET person_id = @maya WHERE person_id = @mallory", new { maya = maya.Id.ToString(), mallory = mallory.Id.ToString() }, t),
            Cancel);
        PasskeyQuestion question = await People.Passkeys.AskAsync(null, Browser());
        string handle = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(maya.Id.ToString()));
        await Assert.ThrowsAsync<Data.SealBrokenException>(() => People.Passkeys.CheckAsync(null, question.Ticket, hers.Sign(question.OptionsJson, handle), Browser(), Cancel));
    }

    [Fact]
    public async Task No_more_than_twenty_are_kept()
    {
        Person maya = await AddAsync();
        for (var i = 0; i < Passkeys.MaxEach; i++)
        {
            using var one = new SoftwareAuthenticator();
            await AddPasskeyAsync(maya, one, $"Key {i}");
        }

        using var more = new SoftwareAuthenticator();
        PasskeyQuestion question = await People.Passkeys.AskForNewAsync(maya, Browser());
        Assert.Contains("20", await ProblemAsync(People.Passkeys.AddAsync(maya, "More", question.Ticket, more.Create(question.OptionsJson), Browser(), Cancel)), StringComparison.Ordinal);
    }

    internal static DefaultHttpContext Browser()
    {
        var http = new DefaultHttpContext();
        http.Request.Scheme = "https";
        http.Request.Host = new HostString("rapport.example");
        http.Request.Headers.Origin = "https://rapport.example";
        return http;
    }

    private async Task<Passkey> AddPasskeyAsync(Person person, SoftwareAuthenticator device, string name)
    {
        PasskeyQuestion question = await People.Passkeys.AskForNewAsync(person, Browser());
        return await OkAsync(People.Passkeys.AddAsync(person, name, question.Ticket, device.Create(question.OptionsJson), Browser(), Cancel));
    }

    private static async Task<Person?> SignInAsync(PeopleModule node, SoftwareAuthenticator device)
    {
        PasskeyQuestion question = await node.Passkeys.AskAsync(null, Browser());
        return await node.Passkeys.CheckAsync(null, question.Ticket, device.Sign(question.OptionsJson), Browser(), Cancel);
    }
}

public sealed class PasskeysOnSqlite(SqliteTestDatabase test) : PasskeysContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class PasskeysOnPostgres(PostgresTestDatabase test) : PasskeysContract(test), IClassFixture<PostgresTestDatabase>;
