using System.Net;
using Rapport.Language;
using Rapport.Ledger;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>The pages of the ledger over plain HTTP.</summary>
public sealed class LedgerPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ManyLooksAreOneSentenceThatOpensToAllItsLines()
    {
        var (home, visitor) = await SignInAsync();
        for (var i = 0; i < 150; i++)
        {
            await home.LookAsync(server, i % 2 == 0 ? "TREAT" : "CAREMGT");
        }

        var page = await visitor.ReadAsync("/ledger");
        Assert.Contains("153 lines since your ledger began on", page);
        Assert.Contains("Dr Lee looked at your conditions 75 times for treatment, today.", page);
        Assert.Contains("Dr Lee looked at your conditions 75 times for planning and arranging care, today.", page);
        Assert.True(page.Length < 60_000, $"{page.Length} characters");

        var seen = new List<string>();
        var next = $"/ledger/lines?who={Uri.EscapeDataString(home.Doctor.Person.Reference)}&kind=disclosed&purpose=TREAT";
        Assert.Contains(WebUtility.HtmlEncode(next), page);
        for (var pages = 0; next is not null; pages++)
        {
            Assert.InRange(pages, 0, 1);
            var lines = await visitor.ReadAsync(next);
            seen.AddRange(Matches(lines, "<a href=\"/ledger/(\\d+)\">"));
            next = Matches(lines, "href=\"([^\"]+)\" rel=\"next\"").Select(WebUtility.HtmlDecode).SingleOrDefault();
        }

        Assert.Equal(Enumerable.Range(0, 75).Select(i => (3 + (2 * i)).ToString()).Reverse(), seen);
    }

    [Fact]
    public async Task WhatIsChosenStandsInTheAddressAndOnThePage()
    {
        var (home, visitor) = await SignInAsync();
        await home.LookAsync(server);

        var looks = await visitor.ReadAsync("/ledger?who=&what=looks&period=month");
        var own = await visitor.ReadAsync("/ledger?what=own");

        Assert.Contains("1 line of the last 30 days", looks);
        Assert.Contains("Dr Lee looked", looks);
        Assert.DoesNotContain("You agreed", looks);
        Assert.Contains("<option value=\"looks\" selected", looks);
        Assert.Contains("You agreed to share with Dr Lee", own);
        Assert.DoesNotContain("Dr Lee looked", own);
        Assert.Contains(LedgerText.NothingTold, await visitor.ReadAsync("/ledger?who=nobody"));
    }

    [Theory]
    [InlineData("/ledger?what=x")]
    [InlineData("/ledger?period=decade")]
    [InlineData("/ledger?kind=disclosed")]
    [InlineData("/ledger/lines?kind=x")]
    [InlineData("/ledger/lines?before=-1")]
    [InlineData("/ledger/lines?before=x")]
    public async Task WhatCannotBeReadIsRefused(string path)
    {
        var (_, visitor) = await SignInAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.GetAsync($"/ledger?who={new string('x', 201)}")).StatusCode);
    }

    [Fact]
    public async Task EachLineOpensToAProofThatHolds()
    {
        var (home, visitor) = await SignInAsync();
        await home.LookAsync(server);
        for (var index = 0; index < 4; index++)
        {
            var page = await visitor.ReadAsync($"/ledger/{index}");
            var hashes = Matches(page, "<code>([0-9a-f]{64})</code>").Select(text => TreeHash.TryParseHex(text, out var hash) ? hash : default).ToArray();
            var checkpoint = Checkpoint.TryParse(WebUtility.HtmlDecode(Matches(page, "<pre[^>]*>([^<]+)</pre>").Single()), out _)!;

            // The digest of the entries, the leaf's hash, then the way to the root.
            Assert.True(MerkleVerification.Inclusion(hashes[1], index, checkpoint.Size, hashes.AsSpan(2), checkpoint.Root));
            Assert.True(checkpoint.IsSignedBy(server.Modules.Records.LedgerKey));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/ledger/4")).StatusCode);
    }

    [Fact]
    public async Task InSpanishNothingStaysEnglish()
    {
        var (home, visitor) = await SignInAsync();
        await server.Modules.People.Accounts.SetLanguageAsync(home.Patient.Person.Id, Languages.Spanish, Cancel);
        await home.LookAsync(server);
        foreach (var path in new[] { "/ledger", "/ledger?what=looks", "/ledger/lines", "/ledger/3", "/ledger/0" })
        {
            var page = await visitor.ReadAsync(path);
            Assert.Contains("<html lang=\"es\"", page);
            foreach (var english in new[] { " the ", " you", "looked", "Download", " line", "Position", "Nothing" })
            {
                Assert.DoesNotContain(english, page.Replace("«inclusion proof»", "").Replace("baseline", ""));
            }
        }
    }

    [Fact]
    public async Task AConsistencyProofIsGivenToThePatientAlone()
    {
        var ada = await server.AddAdaAsync();
        var before = Checkpoint.TryParse((await ada.Client.ReadAsync($"/api/ledger/{ada.Record}/checkpoint")).Body, out _)!;
        var doctor = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Observation");

        var answer = (await ada.Client.ReadAsync($"/api/ledger/{ada.Record}/consistency?from={before.Size}")).Json;
        var now = Checkpoint.TryParse((string)answer["checkpoint"]!, out _)!;
        var proof = answer["proof"]!.AsArray().Select(hash => TreeHash.FromBytes(Convert.FromBase64String((string)hash!))).ToArray();

        Assert.True(MerkleVerification.Consistency(before.Size, before.Root, now.Size, now.Root, proof));
        Assert.True(now.IsSignedBy(LedgerKey.TryParse(Convert.FromBase64String((string)answer["key"]!))!));
        Assert.Null((await ada.Client.ReadAsync($"/api/ledger/{ada.Record}/consistency?from={now.Size + 1}")).Json["proof"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await ada.Client.ReadAsync($"/api/ledger/{ada.Record}/consistency?from=-1")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await ada.Client.ReadAsync($"/api/ledger/{ada.Record}/consistency")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.Client.ReadAsync($"/api/ledger/{ada.Record}/consistency?from=0")).Status);
    }

    [Fact]
    public async Task SigningOutLeavesTheBrowserWhatItRemembersOfTheLedgerAndClosingDoesNot()
    {
        var (_, visitor) = await SignInAsync();

        using var answer = await visitor.PostAsync("/account", "/sign-out");

        Assert.Equal("\"cache\"", answer.Headers.GetValues("Clear-Site-Data").Single());
    }

    private static List<string> Matches(string text, string pattern) =>
        [.. System.Text.RegularExpressions.Regex.Matches(text, pattern, System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(10)).Select(match => match.Groups[1].Value)];

    private async Task<(Household Home, FormVisitor Visitor)> SignInAsync()
    {
        var home = await Household.MoveInAsync(server);
        await (await home.Patient.OpenAsync(server)).ShareWithAsync(home.Doctor);
        var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        return (home, visitor);
    }
}
