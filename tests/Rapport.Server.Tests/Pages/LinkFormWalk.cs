using System.Net;
using System.Text.RegularExpressions;
using Rapport.Server.Pages.Links;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>A link by forms alone, without a browser: given by a patient, opened by somebody who has nothing but the link.</summary>
internal static partial class LinkFormWalk
{
    /// <summary>Gives a link to a summary without a passcode, step by step; its address.</summary>
    public static async Task<string> GiveLinkAsync(this FormVisitor patient)
    {
        var draft = await patient.LinkDraftAsync(LinkPlaces.What);
        using var what = await patient.PostAsync(LinkPlaces.What, LinkPlaces.What, ("draft", draft), ("scope", "summary"));
        var place = what.Headers.Location!.ToString();
        using var until = await patient.PostAsync(place, LinkPlaces.Until, ("draft", place.Split("draft=")[1]), ("name", "For Dr Meyer"), ("lasting", "week"));
        place = until.Headers.Location!.ToString();
        using var given = await patient.PostAsync(place, LinkPlaces.All, ("draft", place.Split("draft=")[1]), ("without", "on"));
        return Address().Match(await patient.ReadAsync(given.Headers.Location!.ToString())).Groups["address"].Value;
    }

    /// <summary>Gives a link, and opens it as somebody who says that they are Dr Meyer.</summary>
    public static async Task<OpenedLink> GiveAndOpenLinkAsync(this FormVisitor patient, RunningServer server)
    {
        var holder = new FormVisitor(server);
        using var opened = await holder.PostAsync("/open", "/open", ("link", await patient.GiveLinkAsync()), ("who", "Dr Meyer"));
        var page = await opened.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new OpenedLink(holder, Pass().Match(page).Groups["pass"].Value, Token().Match(page).Groups["token"].Value);
    }

    /// <summary>What was chosen so far, as a page of the steps has it.</summary>
    public static async Task<string> LinkDraftAsync(this FormVisitor patient, string page) => Draft().Match(await patient.ReadAsync(page)).Groups["draft"].Value;

    [GeneratedRegex("name=\"draft\" value=\"(?<draft>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Draft();

    [GeneratedRegex("(?<address>http://[^<\"]*#shlink:/[^<\"]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex("name=\"pass\" value=\"(?<pass>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Pass();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex("data-told[^>]*>(?<told>[^<]*)<", RegexOptions.NonBacktracking)]
    private static partial Regex Told();

    /// <summary>A link that is open before somebody.</summary>
    /// <param name="Holder">Their browser.</param>
    /// <param name="Pass">What shows, when they send something, that they opened it.</param>
    /// <param name="Token">What shows that a form came from the page.</param>
    internal sealed record OpenedLink(FormVisitor Holder, string Pass, string Token) : IDisposable
    {
        public void Dispose() => Holder.Dispose();

        /// <summary>Sends a note, a file or both back.</summary>
        public async Task<(HttpStatusCode Status, string Told)> ReplyAsync(string note, string? name, byte[] content, string? pass = null, string? token = null)
        {
            using var form = new MultipartFormDataContent
            {
                { new StringContent(token ?? Token), "__RequestVerificationToken" }, { new StringContent(pass ?? Pass), "pass" }, { new StringContent(note), "note" },
            };
            if (name is not null)
            {
                form.Add(new ByteArrayContent(content), "file", name);
            }

            using var answer = await Holder.PostWithAsync("/open/reply", form);
            return await ToldAsync(answer);
        }

        /// <summary>What an answer says.</summary>
        public static async Task<(HttpStatusCode Status, string Told)> ToldAsync(HttpResponseMessage answer) =>
            (answer.StatusCode, WebUtility.HtmlDecode(LinkFormWalk.Told().Match(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Groups["told"].Value));
    }
}
