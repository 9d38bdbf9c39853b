using System.Text.RegularExpressions;
using Rapport.Records;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What a recipient finds: links that lead somewhere, kinds that hold something, words that are true.</summary>
public sealed partial class SharedPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string WrittenDown = "This look is written down for them.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "conditions")]
    [InlineData(true, "conditions", "visits")]
    public async Task ALinkStandsOnlyWhereItsTargetMayBeSeen(bool isLinked, params string[] kinds)
    {
        var (home, record) = await MoveInAsync(kinds);
        using var doctor = await home.Doctor.SignInAsync(server);
        var entry = EntryLink().Match(await doctor.ReadAsync($"/shared/{record}?kind=conditions")).Groups["href"].Value;

        var html = await doctor.ReadAsync(entry);

        Assert.Contains("Hay fever", html);
        Assert.Equal(isLinked, html.Contains("Look at the visit", StringComparison.Ordinal));
        Assert.Equal(!isLinked, html.Contains("Visit (not among what you see)", StringComparison.Ordinal));
        Assert.Equal(isLinked, html.Contains("/Encounter/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OnesOwnLinksAreNamedByWhatTheyLeadTo()
    {
        var (home, _) = await MoveInAsync("conditions");
        using var patient = await home.Patient.SignInAsync(server);
        var entry = EntryLink().Match(await patient.ReadAsync("/record?kind=conditions")).Groups["href"].Value;

        Assert.Contains(">Check-up, 3 May 2024</a>", await patient.ReadAsync(entry));
    }

    [Fact]
    public async Task OnlyKindsWithSharedEntriesAreOfferedAndAnEmptyOneKeepsTheMenu()
    {
        var (home, record) = await MoveInAsync("conditions");
        using var doctor = await home.Doctor.SignInAsync(server);

        var all = await doctor.ReadAsync($"/shared/{record}");
        Assert.Contains("kind=conditions", all);
        Assert.DoesNotContain("kind=visits", all);

        var before = await LedgerSizeAsync(home.Patient);
        var empty = await doctor.ReadAsync($"/shared/{record}?kind=visits");
        Assert.Contains("Nothing of this kind is shared with you", empty);
        Assert.Contains("kind=conditions", empty);
        Assert.Contains(WrittenDown, empty);
        Assert.Equal(before + 1, await LedgerSizeAsync(home.Patient));
    }

    /// <summary>The kinds tell how much there is of each, of what is permitted and within the other limits alone.</summary>
    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("&q=hay", 1, 1)]
    [InlineData("&q=check", null, null)]
    public async Task KindsCountWhatIsPermitted(string limits, int? everything, int? conditions)
    {
        var (home, record) = await MoveInAsync("conditions");
        using var doctor = await home.Doctor.SignInAsync(server);
        var html = await doctor.ReadAsync($"/shared/{record}?for=TREAT{limits}");

        Assert.Equal((conditions is null ? [] : new[] { everything, conditions }).Select(count => $"{count}"), KindCount().Matches(html).Select(match => match.Groups["count"].Value));
    }

    [Fact]
    public async Task WhereNothingIsSharedForAPurposeNothingIsSaidToBeWrittenDown()
    {
        var (home, record) = await MoveInAsync("conditions");
        using var doctor = await home.Doctor.SignInAsync(server);
        var before = await LedgerSizeAsync(home.Patient);

        var html = await doctor.ReadAsync($"/shared/{record}?for=CAREMGT&kind=conditions");

        Assert.Contains("Nothing is shared with you for this purpose", html);
        Assert.DoesNotContain(WrittenDown, html);
        Assert.Equal(before, await LedgerSizeAsync(home.Patient));
    }

    [Fact]
    public async Task APatientOpensAtWhatMattersNowAndThenByDate()
    {
        var (home, record) = await MoveInAsync("conditions");
        using var doctor = await home.Doctor.SignInAsync(server);
        Assert.Contains($"href=\"/shared/{record}/summary?for=TREAT\"", await doctor.ReadAsync("/shared"));
        var before = await LedgerSizeAsync(home.Patient);

        Assert.Contains("Hay fever", await doctor.ReadAsync($"/shared/{record}/summary?for=TREAT"));
        Assert.Equal(before + 1, await LedgerSizeAsync(home.Patient));
    }

    /// <summary>Whom a record is about is an entry like any other: told in the one answer that is written down, and only where it is permitted.</summary>
    [Theory]
    [InlineData(true, "conditions", "you")]
    [InlineData(false, "conditions")]
    public async Task WhoItIsAboutIsToldInShortWhereThatIsShared(bool isTold, params string[] kinds)
    {
        var (home, record) = await MoveInAsync(kinds);
        using var doctor = await home.Doctor.SignInAsync(server);
        var before = await LedgerSizeAsync(home.Patient);

        var html = await doctor.ReadAsync($"/shared/{record}/summary");

        Assert.Contains("Hay fever", html);
        Assert.Equal(isTold, html.Contains("Maya, born 23 May 1979 (", StringComparison.Ordinal));
        Assert.Equal(isTold, html.Contains("1979", StringComparison.Ordinal));
        Assert.Equal(isTold, html.Contains("), female", StringComparison.Ordinal));
        Assert.Equal(before + 1, await LedgerSizeAsync(home.Patient));
    }

    [Fact]
    public async Task WhereOnlyWhoItIsAboutIsSharedTheShortFormSaysSoAndIsWrittenDownOnce()
    {
        var (home, record) = await MoveInAsync("you");
        using var doctor = await home.Doctor.SignInAsync(server);
        var before = await LedgerSizeAsync(home.Patient);

        var html = await doctor.ReadAsync($"/shared/{record}/summary");

        Assert.Contains("born 23 May 1979", html);
        Assert.Contains(SharedText.NothingInShort, html);
        Assert.Equal(before + 1, await LedgerSizeAsync(home.Patient));
    }

    /// <summary>The name of a code clung to the code itself.</summary>
    [Fact]
    public async Task ACodeAndItsNameStandApart()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        var html = await patient.ReadAsync(EntryLink().Match(await patient.ReadAsync("/record/timeline?kind=conditions")).Groups["href"].Value);

        Assert.Matches("</code> <span[^>]*>[A-Za-z]", html);
    }

    [Fact]
    public async Task ARecipientSeesWhoWroteAnEntry()
    {
        var (home, record) = await MoveInAsync("conditions");
        using var doctor = await home.Doctor.SignInAsync(server);
        var html = await doctor.ReadAsync(EntryLink().Match(await doctor.ReadAsync($"/shared/{record}?kind=conditions")).Groups["href"].Value);

        Assert.Matches($"<dt[^>]*>{RecordText.WhoFrom}</dt><dd[^>]*>Dr Quill</dd>", html);
    }

    private async Task<(Household Home, Data.PatientId Record)> MoveInAsync(params string[] kinds)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var own = await home.Patient.OpenAsync(server);
        var bundle = """
            {"resourceType":"Bundle","type":"collection","entry":[
              {"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111111","resource":{"resourceType":"Patient","name":[{"text":"Maya"}],"birthDate":"1979-05-23","gender":"female"}},
              {"fullUrl":"urn:uuid:22222222-2222-4222-8222-222222222222","resource":{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"type":[{"text":"Check-up"}],
                "subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"},"period":{"start":"2024-05-03"}}},
              {"fullUrl":"urn:uuid:33333333-3333-4333-8333-333333333333","resource":{"resourceType":"Condition","code":{"text":"Hay fever"},"recorder":{"display":"Dr Quill"},
                "subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"},"encounter":{"reference":"urn:uuid:22222222-2222-4222-8222-222222222222"}}}]}
            """;
        await home.Patient.ImportAsync(server, bundle);
        using var patient = await home.Patient.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("scope", "kinds"), .. kinds.Select(kind => ("kind", kind))]);
        return (home, own.Patient);
    }

    private async Task<long> LedgerSizeAsync(Resident patient)
    {
        var own = await patient.OpenAsync(server);
        IReadOnlyList<LedgerRow> last = await own.ReadLedgerAsync(null, 1, Cancel);
        return last[0].Index + 1;
    }

    [GeneratedRegex("<span class=\"count\"[^>]*>(?<count>[0-9]+)</span>", RegexOptions.NonBacktracking)]
    private static partial Regex KindCount();

    [GeneratedRegex("<a href=\"(?<href>/[a-z]+/[^\"]*Condition/[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex EntryLink();
}
