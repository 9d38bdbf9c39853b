using System.Net;
using System.Text.RegularExpressions;
using Rapport.Consent;
using Rapport.Language;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Emergency;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What a patient is shown of what somebody would see who opened their emergency door is what somebody gets who does, entry by entry, and what stays home says why.</summary>
public sealed partial class EmergencyDoorSeenTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Items = "/share/emergency/items";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_would_be_seen_through_the_door_is_shown_entry_by_entry_and_is_what_is_seen_then()
    {
        var home = await Household.MoveInAsync(server);
        var people = server.Modules.People;
        var clinic = (await people.Directory.AddOrganisationAsync($"Hill Clinic {home.Patient.SignInName}", Cancel)).Value!;
        await people.Directory.VouchAsync(clinic.Id, home.Doctor.Person.Id, new Vouching { Role = "surgeon", Until = server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel);
        using var patient = await home.Patient.SignInAsync(server);
        var size = (await (await home.Patient.OpenAsync(server)).OverviewAsync(Cancel)).LedgerSize;
        var (seen, stays) = (await ListAsync(patient, "seen"), await ListAsync(patient, "home"));
        Assert.Equal(size, (await (await home.Patient.OpenAsync(server)).OverviewAsync(Cancel)).LedgerSize);
        Assert.NotEmpty(seen);
        Assert.All(seen, static row => Assert.StartsWith("Shared with whoever opens your emergency door for ", row.Reason));
        Assert.All(seen, static row => Assert.EndsWith(" by your emergency door", row.Reason));
        Assert.NotEmpty(stays);
        Assert.All(stays, static row => Assert.Matches(Rule(), row.Reason));
        Assert.Contains(stays, static row => row.Reason.Contains("marked as", StringComparison.Ordinal));

        using var doctor = await home.Doctor.SignInAsync(server);
        using var opened = await EmergencyPagesTests.OpenAsync(doctor, home.Patient.SignInName);
        Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
        var actor = Household.ActorOf((await people.Accounts.FindAsync(home.Doctor.Person.Id, Cancel))!);
        var gets = (await server.Modules.Records.Gate.DiscloseAsync(new DisclosureAsk(actor, home.Patient.Person.Record!.Value, PurposeOfUse.BreakTheGlass, new RecordQuery.Everything()), Cancel))!;
        Assert.Equal(gets.Entries.Select(static entry => entry.Reference).Order(), seen.Select(static row => row.Entry).Order());

        // Who closed it has nothing to look through, and nobody else looks at it.
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(Items + "?in=seen.results")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(Items + "?in=gained.results")).StatusCode);
        using var closed = await patient.PostAsync("/share/emergency", "/share/emergency", ("door", "closed"), ("understood", "on"));
        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(Items + "?in=seen.results")).StatusCode);
        Assert.DoesNotContain(Html(EmergencyText.WouldSeeLead), await patient.ReadAsync("/share/emergency"));
    }

    [Fact]
    public async Task The_page_of_the_door_says_how_much_on_each_side_and_what_only_its_marks_keep_home()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var page = await patient.ReadAsync("/share/emergency");
        Assert.Contains(Html(EmergencyText.WouldSeeLead), page);
        Assert.Contains("value=\"seen.allergies\"", page);
        Assert.Contains("value=\"home.visits\"", page);
        var held = (await ListAsync(patient, "home")).Count(static row => row.Reason.StartsWith("Stays home: marked as", StringComparison.Ordinal));
        Assert.True(held > 0);
        Assert.Contains(Say.Count(EmergencyText.HeldBack, held), page);
    }

    private static async Task<IReadOnlyList<(string Entry, string Reason)>> ListAsync(FormVisitor patient, string side)
    {
        List<(string, string)> rows = [];
        foreach (var kind in Kind.All)
        {
            for (var (number, before) = (1, -1); before != rows.Count; number++)
            {
                before = rows.Count;
                var page = await patient.ReadAsync($"{Items}?in={side}.{kind.Name}&page={number}");
                rows.AddRange(page.Split("class=\"row-text\"")[1..].Select(static row => (Entry().Match(row).Groups["entry"].Value, WebUtility.HtmlDecode(Reason().Match(row).Groups["reason"].Value))).Where(row => !rows.Contains(row)));
            }
        }

        return rows;
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex("href=\"[^\"]*?/(?<entry>[A-Z][A-Za-z]+/[^\"/?]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    [GeneratedRegex("<span>(?<reason>(?:Stays home|Shared)[^<]*)</span>", RegexOptions.NonBacktracking)]
    private static partial Regex Reason();

    [GeneratedRegex("^Stays home: (?:your agreement.* withholds .+|marked as .+, and no agreement names that for .+|it is an agreement, and no agreement names those|what you share with .+ for .+ does not include it)$", RegexOptions.NonBacktracking)]
    private static partial Regex Rule();
}
