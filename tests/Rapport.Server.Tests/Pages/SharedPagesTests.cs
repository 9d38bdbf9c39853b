using System.Text.RegularExpressions;
using Rapport.Records;
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

    private async Task<(Household Home, Data.PatientId Record)> MoveInAsync(params string[] kinds)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var own = await home.Patient.OpenAsync(server);
        var bundle = """
            {"resourceType":"Bundle","type":"collection","entry":[
              {"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111111","resource":{"resourceType":"Patient","name":[{"text":"Maya"}]}},
              {"fullUrl":"urn:uuid:22222222-2222-4222-8222-222222222222","resource":{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"type":[{"text":"Check-up"}],
                "subject":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"},"period":{"start":"2024-05-03"}}},
              {"fullUrl":"urn:uuid:33333333-3333-4333-8333-333333333333","resource":{"resourceType":"Condition","code":{"text":"Hay fever"},
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

    [GeneratedRegex("<a href=\"(?<href>/[a-z]+/[^\"]*Condition/[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex EntryLink();
}
