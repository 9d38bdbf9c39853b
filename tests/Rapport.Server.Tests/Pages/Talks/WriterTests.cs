using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Language;
using Rapport.People;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>Each message tells who truly wrote it, their role and what they are to the patient, and for whom: on the page in both languages, to programs, and in what is taken along.</summary>
public sealed class WriterTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Who acted for the patient was told to programs as the patient, and to readers without what they are to the patient; a professional by role or by relation, never by both.</summary>
    [Fact]
    public async Task Each_message_tells_its_true_author_their_role_their_relation_and_for_whom_they_write()
    {
        var world = await TalkHome.MoveInAsync(server);
        var home = world.Home;
        await world.ActAsync(home.Carer, [], ConsentAction.Converse);
        using var patient = await home.Patient.SignInAsync(server);
        using var carer = await home.Carer.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        var alone = await BeginAsync(patient, "alone", [("with", home.Doctor.Person.Reference), ("with", home.Carer.Person.Reference)]);
        var team = await BeginAsync(patient, "team", [("with", $"CareTeam/{world.Team.Id}")]);
        await SaidAsync(patient, alone, "mine");
        await SaidAsync(doctor, alone, "doctor");
        await SaidAsync(carer, team, "for her");
        await SaidAsync(doctor, team, "as the team");

        // Whoever is both is told by both.
        await server.Modules.People.Circle.RemoveAsync(home.Patient.Person.Record!.Value, home.Doctor.Person.Id, Cancel);
        await SaidAsync(doctor, team, "a stranger now");
        await server.Modules.People.Circle.AddAsync(home.Patient.Person.Record!.Value, home.Doctor.Person.Id, "sibling", Cancel);
        await SaidAsync(doctor, alone, "a brother");

        var reference = $"Patient/{home.Patient.Person.Record}";
        var read = (await ToldAsync(home.Patient, alone)).Concat(await ToldAsync(home.Patient, team)).ToDictionary(static told => told.Text, static told => told.By);
        var gp = "physician"; // As the clinic that vouches for them says.
        Assert.Equal(Told("Maya Castellanos", null, "patient", reference), read["mine"]);
        Assert.Equal(Told("Dr Lee", gp, "doctor", home.Doctor.Person.Reference), read["doctor"]);
        Assert.Equal(Told("Sam", null, "carer", reference, reference), read["for her"]);
        Assert.Equal(Told("Dr Lee", gp, "doctor", $"CareTeam/{world.Team.Id}"), read["as the team"]);
        Assert.Equal(Told("Dr Lee", gp, "health professional", $"CareTeam/{world.Team.Id}"), read["a stranger now"]);
        Assert.Equal(Told("Dr Lee", gp, "sibling", home.Doctor.Person.Reference), read["a brother"]);

        foreach (var language in new[] { Languages.English, Languages.Spanish })
        {
            var (one, other) = (await InAsync(patient, alone, language), await InAsync(patient, team, language));
            var (carerFor, gpSibling) = (In(language, () => $"{CircleText.Carer}, {Say.Fill(ConversationText.ForWhom, "Maya Castellanos")}"), In(language, () => $"{gp}, {CircleText.Sibling}"));
            Assert.Contains(Html(carerFor), other);
            Assert.Contains(Html(gpSibling), one);
            Assert.Contains(Html($"{gp}, {world.TeamTitle}"), other);
        }

        // Taken along it says the same.
        var token = (await server.Modules.People.AccessTokens.CreateAsync(home.Patient.Person.Id, "test", TokenScopes.All, null, Cancel)).Value!;
        using var client = server.Client(token.Secret);
        await using var zip = await ZipArchive.CreateAsync(await client.GetStreamAsync("/api/conversations/export", Cancel), ZipArchiveMode.Read, false, null, Cancel);
        List<string> taken = [];
        foreach (var entry in zip.Entries.Where(static entry => entry.Name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(await entry.OpenAsync(Cancel));
            taken.AddRange(JsonNode.Parse(await reader.ReadToEndAsync(Cancel))!["messages"]!.AsArray().Where(static line => line!["text"] is not null).Select(static line => line!["by"]!.ToJsonString()));
        }

        Assert.All(read.Values, by => Assert.Contains(by, taken));
    }

    private static string Told(string name, string? role, string relation, string @as, string? onBehalfOf = null)
    {
        var told = new JsonObject { ["name"] = name };
        if (role is not null)
        {
            told["role"] = role;
        }

        (told["relation"], told["as"]) = (relation, @as);
        if (onBehalfOf is not null)
        {
            told["onBehalfOf"] = onBehalfOf;
        }

        return told.ToJsonString();
    }

    private async Task<IEnumerable<(string Text, string By)>> ToldAsync(Resident who, string place)
    {
        var token = (await server.Modules.People.AccessTokens.CreateAsync(who.Person.Id, "test", TokenScopes.All, null, Cancel)).Value!;
        using var client = server.Client(token.Secret);
        var told = await client.ReadAsync($"/api{place}/messages");
        return [.. told.Json["messages"]!.AsArray().Where(static line => (string)line!["kind"]! == "said").Select(static line => ((string)line!["text"]!, line["by"]!.ToJsonString()))];
    }

    private static string In(SpokenLanguage language, Func<string> said)
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = language.Culture;
            return said();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private static async Task<string> InAsync(FormVisitor visitor, string place, SpokenLanguage language)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, place);
        request.Headers.AcceptLanguage.ParseAdd(language.Culture.Name);
        using var answer = await visitor.SendAsync(request);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }
}
