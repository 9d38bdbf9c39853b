using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>The way to an agreement, gone through as people do: in a browser, or over plain HTTP.</summary>
internal static partial class ShareWalk
{
    /// <summary>What the form says for someone who looks after one's health.</summary>
    public static string ToTreat => SharingText.AimTreat;

    /// <summary>A household on a server of its own, of a patient with such a record.</summary>
    public static async Task<(RunningServer, Household)> MoveInAsync(IEnumerable<string> record)
    {
        var server = new RunningServer();
        await server.InitializeAsync();
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(server, record);
        return (server, home);
    }

    /// <summary>The first step: whom it is for, and what.</summary>
    public static async Task ChooseWhoAsync(this Visitor visitor, string name, string aim)
    {
        await visitor.Page.GetByLabel(name).CheckAsync();
        await visitor.Page.Locator(Aim(aim)).CheckAsync();
        await visitor.ClickAsync(SharingText.Continue);
    }

    /// <summary>The choice of an aim, by its text: some begin alike.</summary>
    public static string Aim(string text) => $"input[name=aim][value={SharingAim.All.Single(known => known.Text == text).Code}]";

    /// <summary>The second: these kinds and no others, and these labels, by the values they have in the form.</summary>
    public static async Task ChooseKindsAsync(this Visitor visitor, IReadOnlyList<string> kinds, params IReadOnlyList<string> labels)
    {
        await visitor.UnfoldAsync();
        foreach (var kind in await visitor.Page.Locator("input[name=kind]").AllAsync())
        {
            await kind.UncheckAsync();
        }

        foreach (var value in kinds.Concat(labels))
        {
            await visitor.Page.Locator($"input[type=checkbox][value='{value}']").CheckAsync();
        }

        await visitor.ClickAsync(SharingText.Continue);
    }

    /// <summary>Opens what a form keeps behind folds.</summary>
    public static async Task UnfoldAsync(this Visitor visitor)
    {
        var folds = visitor.Page.Locator("main form details:not([open]) > summary");
        while (await folds.CountAsync() > 0)
        {
            await folds.First.ClickAsync();
        }
    }

    /// <summary>The third, as it is proposed.</summary>
    public static Task ChooseUsualTimeAsync(this Visitor visitor) => visitor.ClickAsync(SharingText.ShowReview);

    /// <summary>All steps up to the summary.</summary>
    public static async Task GoToReviewAsync(this Visitor visitor, string name, IReadOnlyList<string> kinds, params IReadOnlyList<string> labels)
    {
        await visitor.GoAsync("/share/new");
        await visitor.ChooseWhoAsync(name, ToTreat);
        await visitor.ChooseKindsAsync(kinds, labels);
        await visitor.ChooseUsualTimeAsync();
    }

    /// <summary>All steps over HTTP, up to the address of the summary or wherever it leads.</summary>
    public static async Task<string> ToReviewAsync(this FormVisitor patient, Resident with, IEnumerable<(string Name, string Value)> what, IEnumerable<(string Name, string Value)>? until = null, string aim = "treat")
    {
        var first = await patient.StepAsync("/share/new", "/share/new", ("who", with.Person.Reference), ("aim", aim), ("step", "on"));
        var second = await patient.StepAsync(first, "/share/what", [.. what, ("step", "on")]);
        return second.StartsWith("/share/until", StringComparison.Ordinal)
            ? await patient.StepAsync(second, "/share/until", [.. until ?? [("lasting", "open"), ("more", "on")], ("step", "on")])
            : second;
    }

    /// <summary>All steps over HTTP.</summary>
    public static async Task ShareAsync(this FormVisitor patient, Resident with, IEnumerable<(string Name, string Value)> what, IEnumerable<(string Name, string Value)>? until = null, string aim = "treat")
    {
        var review = await patient.ToReviewAsync(with, what, until, aim);
        Assert.StartsWith("/share/review?draft=", review);
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
    }

    /// <summary>The step of what goes along, of the one agreement there is.</summary>
    public static async Task<string> ToChangeAsync(this FormVisitor patient)
    {
        var change = Change().Match(await patient.ReadAsync("/share")).Groups["href"].Value;
        using var first = await patient.GetAsync(WebUtility.HtmlDecode(change));
        return await patient.StepAsync(first.Headers.Location!.OriginalString, "/share/new", ("aim", SharingAim.AsItIs), ("step", "on"));
    }

    /// <summary>What that agreement says, as it is stored.</summary>
    public static async Task<string> ProvisionAsync(RunningServer server, Household home) =>
        JsonNode.Parse((await (await home.Patient.OpenAsync(server)).ConsentsAsync(TestContext.Current.CancellationToken))[0].Resource.Json.Span)!["provision"]!.ToJsonString();

    /// <summary>Sends one step from the page at an address, and gives the address it leads to.</summary>
    public static async Task<string> StepAsync(this FormVisitor patient, string from, string path, params IEnumerable<(string Name, string Value)> fields)
    {
        using var answer = await patient.PostAsync(from, path, [("draft", DraftOf(from)), .. fields]);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    /// <summary>Stops what is shared with somebody, and answers the question before it.</summary>
    public static async Task StopSharingAsync(this Visitor visitor, string name)
    {
        await visitor.ClickAsync(Visitor.Words(SharingText.Stop, name));
        await visitor.ClickAsync(SharingText.StopNow);
    }

    /// <summary>The sealed draft in the form of a page.</summary>
    public static string DraftInForm(string html) => html.Split("name=\"draft\" value=\"")[1].Split('"')[0];

    /// <summary>The sealed draft in an address.</summary>
    public static string DraftOf(string address) => address.Split("draft=") is [_, var rest] ? rest.Split('&', '#')[0] : "";

    [GeneratedRegex("href=\"(?<href>/share/change[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Change();
}
