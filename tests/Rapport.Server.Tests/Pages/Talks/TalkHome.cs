using System.Net;
using System.Text.RegularExpressions;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>A household whose doctor is in a care team that a clinic vouches for, and what people of it do in conversations over plain HTTP.</summary>
internal sealed partial record TalkHome(RunningServer Server, Household Home, CareTeam Team, string TeamTitle)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TalkHome> MoveInAsync(RunningServer server, bool withRecord = false)
    {
        var (home, people) = (await Household.MoveInAsync(server, withRecord), server.Modules.People);
        var clinic = (await people.Directory.AddOrganisationAsync($"Hill Clinic {home.Doctor.SignInName}", Cancel)).Value!;
        await people.Directory.VouchAsync(clinic.Id, home.Doctor.Person.Id, new Vouching { Role = "physician", Until = server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel);
        var team = (await people.CareTeams.AddAsync(clinic.Id, "Heart team", Cancel)).Value!;
        await people.CareTeams.SetMemberAsync(team.Id, home.Doctor.Person.Id, true, Cancel);
        return new TalkHome(server, home, team, $"Heart team, {clinic.Name}");
    }

    /// <summary>The team reads at all times, and answers within some hours.</summary>
    public Task PromiseAsync(int hours, string? notice = null) => Server.Modules.Conversations.Promises.SetAsync(
        Team.Id,
        new TeamPromise
        {
            Hours = new TeamHours(TimeZoneInfo.Utc, [.. Enum.GetValues<DayOfWeek>().Select(static day => new OpenTime(day, 0, 1440))], []),
            Usual = new AnswerTime(hours, AnswerUnit.OpenHours),
            Notice = notice,
            ToldOfOverdueName = "Dr Lee",
            ToldOfOverdue = Home.Doctor.Person.Id,
        },
        0,
        Cancel);

    /// <summary>Begins a conversation by the form; gives its address.</summary>
    public static async Task<string> BeginAsync(FormVisitor visitor, string subject, IEnumerable<(string, string)> fields)
    {
        using var begun = await visitor.PostAsync("/account", "/conversations/new", [("subject", subject), ("topic", "General"), ("step", "on"), .. fields]);
        Assert.Equal(HttpStatusCode.SeeOther, begun.StatusCode);
        var place = begun.Headers.Location!.OriginalString;
        Assert.EndsWith("#newest", place);
        Assert.DoesNotContain("draft", place);
        return place[..place.IndexOf('#', StringComparison.Ordinal)];
    }

    /// <summary>Sends the form under a conversation.</summary>
    public static async Task<HttpResponseMessage> StepAsync(FormVisitor visitor, string place, string step, string text, params IEnumerable<(string, string)> more) =>
        await visitor.PostAsync("/account", place, [("text", text), ("once", Once().Match(await visitor.ReadAsync(place)).Groups["once"].Value), ("step", step), .. more]);

    /// <summary>Sends a message, which may be asked about.</summary>
    public static Task<HttpResponseMessage> SayAsync(FormVisitor visitor, string place, string text, params IEnumerable<(string, string)> more) => StepAsync(visitor, place, "send", text, more);

    /// <summary>Sends one that must be taken: whoever sends it says that it is no emergency.</summary>
    public static async Task SaidAsync(FormVisitor visitor, string place, string text, params IEnumerable<(string, string)> more)
    {
        using var said = await SayAsync(visitor, place, text, [("sure", "yes"), .. more]);
        Assert.Equal((HttpStatusCode.SeeOther, place + "#newest"), (said.StatusCode, said.Headers.Location?.OriginalString));
    }

    /// <summary>Lets somebody act for the patient.</summary>
    public async Task ActAsync(Resident who, IReadOnlyList<string> types, params string[] actions)
    {
        var own = await Home.Patient.OpenAsync(Server);
        var terms = new ActingTerms(
            new SharingTerms { Recipient = who.Person.Reference, RecipientName = who.Person.DisplayName, Purpose = PurposeOfUse.ActingForPatient, Types = types.Count == 0 ? null : types },
            [ConsentAction.Access, .. actions],
            Delegation.Delegatee);
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, terms.ToConsent(own.Patient, "Maya", Server.Clock.GetUtcNow()), null, Cancel)).Status);
    }

    /// <summary>A page without the tokens of its forms, which are never the same.</summary>
    public static async Task<string> BareAsync(HttpResponseMessage answer) => Token().Replace(await answer.Content.ReadAsStringAsync(Cancel), "");

    /// <summary>A text as it stands in HTML.</summary>
    public static string Html(string text) => System.Text.Encodings.Web.HtmlEncoder.Default.Encode(text);

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"[^\"]+\"", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex("name=\"once\" value=\"(?<once>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Once();
}
