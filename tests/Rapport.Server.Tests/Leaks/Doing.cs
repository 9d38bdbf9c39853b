using System.Net;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Leaks;

/// <summary>What people of a world do beside knocking.</summary>
internal static class Doing
{
    private const string FormToken = "name=\"__RequestVerificationToken\" value=\"";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Sends a form of a page, with the token and the cookie that the page gives.</summary>
    /// <param name="side">The world.</param>
    /// <param name="who">Who.</param>
    /// <param name="from">The page with the form.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="fields">What is in it.</param>
    public static async Task<Answer> SendFormAsync(this Side side, string who, string from, string path, params IEnumerable<(string Name, string Value)> fields)
    {
        using var page = await side[who].GetAsync(from, Cancel);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        var token = html.Contains(FormToken, StringComparison.Ordinal) ? html.Split(FormToken)[1].Split('"')[0] : "";
        var cookie = page.Headers.TryGetValues("Set-Cookie", out var set) ? set.First().Split(';')[0] : "";
        var session = side[who].DefaultRequestHeaders.TryGetValues("Cookie", out var own) ? own.First() + "; " : "";
        using var form = new FormUrlEncodedContent(fields.Prepend(("__RequestVerificationToken", token)).Select(field => KeyValuePair.Create(field.Item1, side.Fill(field.Item2))));
        return await side[who].AskAsync(HttpMethod.Post, side.Fill(path), form, ("Cookie", session + cookie));
    }

    /// <summary>The doctor opens the emergency door of a record.</summary>
    public static async Task OpenDoorAsync(this Side side, string signInName)
    {
        var opened = await side.SendFormAsync("doctor-page", "/emergency", "/emergency", ("who", signInName), ("why", "found unconscious after a fall"));
        Assert.Equal(HttpStatusCode.SeeOther, opened.Status);
    }

    /// <summary>The doctor looks at all that there is in the usual ways.</summary>
    public static async Task LookAroundAsync(this Side side)
    {
        foreach (var path in new[] { "/fhir/Patient/<patient>/$everything", "/fhir/Observation?patient=<patient>&_include=Observation:encounter", "/fhir/Condition?patient=<patient>&_count=2" })
        {
            await side["doctor"].ReadAsync(side.Fill(path));
        }

        foreach (var path in new[] { "/shared", "/shared/<patient>", "/shared/<patient>/summary", "/shared/<patient>?q=plain" })
        {
            await side["doctor-page"].ReadAsync(side.Fill(path));
        }
    }
}
