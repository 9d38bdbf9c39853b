using System.Net;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Api.Conversations;

/// <summary>Entries of a small child that a program of who looks after it attaches to a message: as they do on the page, and no more.</summary>
public sealed class ChildsAttachmentTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_looks_after_a_child_attaches_its_entries_by_a_program_and_they_are_seen_as_long_as_they_see_them()
    {
        var (family, parent, doctor, id) = await BeginAsync();
        var own = await family.OpenOwnAsync(server);
        var entry = await EntryAsync(own, isMarked: false);
        var said = await TalkWorld.SayAsync(parent.Client, id, "look at this", "key-1", entry);
        Assert.Equal((string)said["id"]!, (string)(await TalkWorld.SayAsync(parent.Client, id, "look at this", "key-1", entry))["id"]!);
        var agreement = Assert.Single(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));
        Assert.Equal(family.Parent.Person.Reference, agreement.Consent.PassedOn?.By[0]);
        var line = (await own.ReadLedgerAsync(null, 5, Cancel)).Select(static row => row.Details!).First(static details => details.Kind == LedgerKind.Consented);
        Assert.Equal((family.Parent.Person.Reference, $"Patient/{family.Record}"), (line.Actor, line.OnBehalfOf));

        var href = (string)(await doctor.Client.ReadAsync($"/api/conversations/{id}/messages")).Json["messages"]!.AsArray()[^1]!["attached"]![0]!;
        Assert.Equal(entry.Split('/')[1], (string)(await doctor.Client.ReadAsync(href)).Json["id"]!);
        using var browser = await family.Parent.SignInAsync(server);
        using var left = await browser.PostAsync(family.Acting, family.Acting + "/leave", ("nobody", "on"));
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.Client.ReadAsync(href)).Status);
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Fact]
    public async Task What_is_none_of_the_childs_is_refused_alike_and_nothing_is_said_and_what_is_named_goes_whatever_it_is_marked_with()
    {
        var (family, parent, doctor, id) = await BeginAsync();
        var own = await family.OpenOwnAsync(server);
        var (marked, plain) = (await EntryAsync(own, isMarked: true), await EntryAsync(own, isMarked: false));
        var nowhere = $"{marked.Split('/')[0]}/{family.Record}.{Data.LocalId.New()}";
        var elsewhere = $"Observation/{Data.PatientId.New()}.{Data.LocalId.New()}";
        foreach (var refused in new[] { nowhere, elsewhere, "Consent/x", "Observation/" })
        {
            var answer = await TryAsync(parent, id, plain, refused);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Equal((await TryAsync(parent, id, plain, nowhere)).Body.Replace(nowhere, refused, StringComparison.Ordinal), answer.Body);
        }

        Assert.Empty(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));
        Assert.DoesNotContain("look at this", (await doctor.Client.ReadAsync($"/api/conversations/{id}/messages")).Json.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, (await TryAsync(parent, id, marked)).Status);
        Assert.Single(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));
    }

    [Fact]
    public async Task Nobody_else_attaches_them_nor_a_program_that_may_not_share()
    {
        var (family, parent, doctor, id) = await BeginAsync();
        var entry = await EntryAsync(await family.OpenOwnAsync(server), isMarked: false);
        Assert.Equal(HttpStatusCode.Forbidden, (await TryAsync(doctor, id, entry)).Status);
        var bound = await WithTokenAsync(family.Parent.Person, TokenScopes.Converse | TokenScopes.ReadShared);
        Assert.Equal(HttpStatusCode.Forbidden, (await TryAsync(bound, id, entry)).Status);
        using var child = await family.LetInAsync(server);
        Assert.Equal(HttpStatusCode.Forbidden, (await TryAsync(parent, id, entry)).Status);
        Assert.Empty(await (await family.OpenOwnAsync(server)).ConsentsAsync(static consent => consent.Attached is not null, Cancel));
    }

    /// <summary>A parent who writes to a doctor about their child, with a record, by a program.</summary>
    private async Task<(Family Family, TestPerson Parent, TestPerson Doctor, string Id)> BeginAsync()
    {
        var family = await Family.MoveInAsync(server);
        await family.BringAsync(server, Household.DemoRecord());
        await server.Modules.People.Circle.AddAsync(family.Record, family.Home.Doctor.Person.Id, "doctor", Cancel);
        var (parent, doctor) = (await WithTokenAsync(family.Parent.Person, TokenScopes.All), await WithTokenAsync(family.Home.Doctor.Person, TokenScopes.All));
        var begun = await TalkWorld.PostAsync(parent.Client, "/api/conversations", $$"""{"with":["{{doctor.Reference}}"],"about":"Patient/{{family.Record}}","subject":"her knee"}""");
        Assert.Equal(HttpStatusCode.Created, begun.Status);
        return (family, parent, doctor, (string)begun.Json["id"]!);
    }

    private static async Task<string> EntryAsync(OwnAccess own, bool isMarked) => (await own.QueryAsync(new RecordQuery.Timeline(200) { Types = ["Observation", "Condition"] }, Cancel)).Entries
        .First(known => known.Labels.Any(static label => SecurityLabels.IsSensitive("", label)) == isMarked && (isMarked || known.Reference.StartsWith("Observation/", StringComparison.Ordinal))).Reference;

    private static Task<Answer> TryAsync(TestPerson who, string id, params string[] entries) => TalkWorld.PostAsync(
        who.Client, $"/api/conversations/{id}/messages", new JsonObject { ["text"] = "look at this", ["attach"] = new JsonArray([.. entries.Select(static entry => JsonValue.Create(entry))]) }.ToJsonString());

    private async Task<TestPerson> WithTokenAsync(Person person, TokenScopes scopes)
    {
        var token = (await server.Modules.People.AccessTokens.CreateAsync(person.Id, "test", scopes, null, Cancel)).Value!;
        return new TestPerson(person, token, server.Client(token.Secret));
    }
}
