using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>What people of a world do beside knocking.</summary>
internal static class Doing
{
    private const string TokenName = "__RequestVerificationToken";
    private const string FormToken = $"name=\"{TokenName}\" value=\"";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Sends a form of a page with a file in it.</summary>
    /// <inheritdoc cref="SendFormAsync"/>
    public static Task<Answer> SendFileAsync(this Side side, string who, string page, string file, params IEnumerable<(string Name, string Value)> fields) => side.SendAsync(who, page, page, token =>
    {
        var form = new MultipartFormDataContent { { new StringContent(token), TokenName }, { new StringContent(side.Fill(file)), "file", "letter.json" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return form;
    });

    /// <summary>Sends a form of a page, with the token and the cookie that the page gives.</summary>
    /// <param name="side">The world.</param>
    /// <param name="who">Who.</param>
    /// <param name="from">The page with the form.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="fields">What is in it.</param>
    public static Task<Answer> SendFormAsync(this Side side, string who, string from, string path, params IEnumerable<(string Name, string Value)> fields) => side.SendAsync(
        who, from, path, token => new FormUrlEncodedContent(fields.Prepend((TokenName, token)).Select(field => KeyValuePair.Create(field.Item1, side.Fill(field.Item2)))));

    private static async Task<Answer> SendAsync(this Side side, string who, string from, string path, Func<string, HttpContent> make)
    {
        using var page = await side[who].GetAsync(side.Fill(from), Cancel);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        var token = html.Contains(FormToken, StringComparison.Ordinal) ? html.Split(FormToken)[1].Split('"')[0] : "";
        var cookie = page.Headers.TryGetValues("Set-Cookie", out var set) ? set.First().Split(';')[0] : "";
        var session = side[who].DefaultRequestHeaders.TryGetValues("Cookie", out var own) ? own.First() + "; " : "";
        using var form = make(token);
        return await side[who].AskAsync(HttpMethod.Post, side.Fill(path), form, ("Cookie", session + cookie));
    }

    /// <summary>The doctor opens the emergency door of a record.</summary>
    public static async Task OpenDoorAsync(this Side side, string signInName)
    {
        var opened = await side.SendFormAsync("doctor-page", "/emergency", "/emergency", ("who", signInName), ("why", "found unconscious after a fall"));
        Assert.Equal(HttpStatusCode.SeeOther, opened.Status);
    }

    /// <summary>The patient asks the doctor for an opinion, with what the doctor is to see.</summary>
    public static async Task AskForOpinionAsync(this Side side, Plan plan)
    {
        var (modules, desk) = (side.Server.Modules, side.Server.App.Services.GetRequiredService<OpinionDesk>());
        var (doctor, patient) = ((await modules.People.Accounts.FindByReferenceAsync(side.Text("doctor"), Cancel))!, (await modules.People.Accounts.FindByReferenceAsync($"Patient/{side.Text("patient")}", Cancel))!);
        var own = (await modules.Records.Compartments.OpenOwnAsync(patient.Record!.Value, new Actor(patient.Id, patient.Reference, patient.DisplayName, patient.RecipientReferences), Cancel))!;
        string[] items = [.. plan.Visible.Select(seen => side.Fill($"{seen.Type}/<{seen.Name}>"))];
        var about = $"Condition/{own.Patient}.{LocalId.New()}";
        side.Name("about", about);
        var question = new OpinionQuestion(LocalId.New(), "Do I need this operation?", about, "my knee", side.Server.Clock.GetUtcNow().AddDays(9), items);
        await desk.AskAsync(own, question, "Second opinion", [doctor], Cancel);
        side.Name("question", question.Id.ToString());
        side.Name("invitation", (await desk.FindAsync(own, question.Id, Cancel))!.Invitations.Single().Id.ToString());
        await side.LookAroundAsync();
    }

    /// <summary>The doctor looks at all that there is in the usual ways.</summary>
    public static async Task LookAroundAsync(this Side side, string purpose = "TREAT")
    {
        foreach (var path in new[] { "/fhir/Patient/<patient>/$everything", "/fhir/Observation?patient=<patient>&_include=Observation:encounter", "/fhir/Condition?patient=<patient>&_count=2" })
        {
            await side["doctor"].ReadAsync(side.Fill(path), ("X-Purpose-Of-Use", purpose));
        }

        foreach (var path in new[] { "/shared", $"/shared/<patient>?for={purpose}", $"/shared/<patient>/summary?for={purpose}", $"/shared/<patient>?for={purpose}&q=plain" })
        {
            await side["doctor-page"].ReadAsync(side.Fill(path));
        }
    }
}
