using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using Rapport.Ledger;
using Rapport.Server.Design;
using Rapport.Server.Pages.Ledger;
using Rapport.Server.Tests.Hosting;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Pages.Ledger;

/// <summary>
/// The browser remembers how the ledger stood and checks by itself that it only grew: its arithmetic against that of the server, and what it says when somebody
/// puts another history in its place.
/// </summary>
public sealed class BrowserCheckTests(BrowserFixture browser)
{
    private const string Result = "[data-check-result] [data-said]";

    [Fact]
    public async Task ItsProofsAreTheOnesOfTheServer()
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/sign-in");
        var leaves = Enumerable.Range(0, 24).Select(i => MerkleTree.HashLeaf([(byte)i])).ToArray();
        var cases = new List<object>();
        var expected = new List<bool>();
        for (var newSize = 0; newSize <= leaves.Length; newSize++)
        {
            var newRoot = MerkleTree.Root(leaves.AsSpan(0, newSize));
            for (var oldSize = 0; oldSize <= newSize; oldSize++)
            {
                var oldRoot = MerkleTree.Root(leaves.AsSpan(0, oldSize));
                var proof = MerkleProofs.Consistency(leaves.AsSpan(0, newSize), oldSize);
                Add(oldSize, oldRoot, newSize, newRoot, proof);
                Add(oldSize, leaves[0], newSize, newRoot, proof);
                Add(oldSize, oldRoot, newSize, leaves[1], proof);
                Add(oldSize, oldRoot, newSize + 1, newRoot, proof);
                Add(newSize, oldRoot, oldSize, newRoot, proof);
                Add(oldSize, oldRoot, newSize, newRoot, [.. proof, leaves[2]]);
                Add(oldSize, oldRoot, newSize, newRoot, proof.Length > 0 ? proof[1..] : [leaves[3]]);
                for (var i = 0; i < proof.Length; i++)
                {
                    Add(oldSize, oldRoot, newSize, newRoot, [.. proof.Select((hash, j) => i == j ? leaves[4] : hash)]);
                }
            }
        }

        var actual = await RunAsync<bool[]>(visitor, $$"""
            const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
            const answers = [];
            for (const [oldSize, oldRoot, newSize, newRoot, proof] of given) {
              answers.push(await script.isConsistent(oldSize, bytes(oldRoot), newSize, bytes(newRoot), proof.map(bytes)));
            }
            return answers;
            """, cases);

        Assert.Equal(expected, actual);
        Assert.True(expected.Count(holds => holds) > 300 && expected.Count(holds => !holds) > 2000);

        void Add(int oldSize, TreeHash oldRoot, int newSize, TreeHash newRoot, TreeHash[] proof)
        {
            // From the empty ledger there is nothing to show; the server's own check wants its root to be the one of nothing, which a browser never remembers.
            if (oldSize > 0)
            {
                cases.Add(new object[] { oldSize, oldRoot.ToBase64(), newSize, newRoot.ToBase64(), proof.Select(hash => hash.ToBase64()) });
                expected.Add(MerkleVerification.Consistency(oldSize, oldRoot, newSize, newRoot, proof));
            }
        }
    }

    [Fact]
    public async Task ItReadsSignedCheckpointsAsTheServerDoes()
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/sign-in");
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var (signer, stranger) = (new CheckpointSigner(key), new CheckpointSigner(other));
        const string origin = "rapport/ledger/x";

        // Many, so that the numbers of signatures begin with zeros and high bits too.
        var texts = Enumerable.Range(0, 300).Select(i => signer.Sign(origin, i, MerkleTree.HashLeaf([(byte)i])).Text).ToList();
        var good = texts[0];
        texts.AddRange(
        [
            stranger.Sign(origin, 1, MerkleTree.EmptyRoot).Text,
            signer.Sign("rapport/ledger/y", 1, MerkleTree.EmptyRoot).Text,
            good.Replace("\n0\n", "\n1\n", StringComparison.Ordinal),
            good.Replace("\n0\n", "\n00\n", StringComparison.Ordinal),
            good[..^10] + "AAAAAAAA=\n",
            good[..good.LastIndexOf('\u2014')],
            stranger.Cosign(signer.Sign(origin, 5, MerkleTree.EmptyRoot), "witness").Text,
            "",
            "\n\n",
        ]);

        var sizes = await RunAsync<int?[]>(visitor, """
            const [texts, origin, key] = given;
            const sizes = [];
            for (const text of texts) {
              sizes.push((await script.readCheckpoint(text, origin, key))?.size ?? null);
            }
            return sizes;
            """, new object[] { texts, origin, Convert.ToBase64String(signer.PublicKey.Spki.Span) });

        Assert.Equal(texts.Select(text => Checkpoint.TryParse(text, out _) is { } checkpoint && checkpoint.Origin == origin && checkpoint.IsSignedBy(signer.PublicKey) ? (int?)checkpoint.Size : null), sizes);
    }

    [Fact]
    public async Task TheFirstVisitIsRememberedThroughSigningOutAndTheNextIsChecked()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/ledger");
        await Assertions.Expect(visitor.Page.Locator(Result)).ToHaveTextAsync(LedgerText.CheckedFirst);
        await visitor.SignOutAsync();
        await (await home.Patient.OpenAsync(visitor.Server)).ShareWithAsync(home.Doctor);
        await home.LookAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/ledger");

        await Assertions.Expect(visitor.Page.Locator(Result)).ToContainTextAsync("nothing was changed or taken away since");
        Assert.Matches(@"since \d{1,2} \p{L}+ \d{4}\.$", await visitor.Page.Locator(Result).InnerTextAsync());
        var kept = await visitor.Page.EvaluateAsync<string>("JSON.stringify({...localStorage})");
        Assert.DoesNotContain(home.Patient.Person.Record!.Value.ToString(), kept);
        Assert.DoesNotContain("Maya", kept);
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task AHistoryThatWasPutBackIsToldAndStaysToldUntilItsReaderKnowsWhy()
    {
        await using var place = new SqliteTestDatabase();
        await using var visitor = await browser.VisitAsync();
        var (folder, port) = (place.Folder, 0);
        var earlier = Path.Combine(folder, "earlier");
        Household home;
        await using (var server = await StartAsync(folder, 0))
        {
            port = server.Address.Port;
            home = await Household.MoveInAsync(server);
            Copy(folder, earlier);
            await (await home.Patient.OpenAsync(server)).ShareWithAsync(home.Doctor);
            await home.LookAsync(server);
            await SignInAsync(visitor, port, home);
            await Assertions.Expect(visitor.Page.Locator(Result)).ToHaveTextAsync(LedgerText.CheckedFirst);
        }

        Copy(earlier, folder);
        await using (var server = await StartAsync(folder, port))
        {
            await SignInAsync(visitor, port, home);
            await visitor.SeesAsync(LedgerText.BrokenTitle);
            await AssertToldAsync(visitor, "This browser saw more lines on");

            // As many lines again, but others.
            await (await home.Patient.OpenAsync(server)).ShareWithAsync(home.Carer);
            await (await home.Patient.OpenAsync(server)).ShareWithAsync(home.Doctor);
            await (await home.Patient.OpenAsync(server)).ShareWithAsync(home.Stranger);
            await visitor.Page.ReloadAsync();
            await AssertToldAsync(visitor, "were changed or taken away since");
            await visitor.SeesAsync("./rapport verify FILE");
            Assert.Equal("alert", await visitor.Page.Locator(".check .notice").GetAttributeAsync("role"));

            await visitor.ClickAsync(LedgerText.BrokenAnew);
            await Assertions.Expect(visitor.Page.Locator(Result)).ToHaveTextAsync(LedgerText.CheckedFirst);
        }
    }

    [Fact]
    public async Task AnotherKeyIsTold()
    {
        await using var visitor = await browser.VisitAsync();
        var home = await Household.MoveInAsync(visitor.Server);
        await visitor.SignInAsync(home.Patient);
        await visitor.GoAsync("/ledger");
        await Assertions.Expect(visitor.Page.Locator(Result)).ToHaveTextAsync(LedgerText.CheckedFirst);
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        await visitor.Page.EvaluateAsync(
            "key => { for (const name of Object.keys(localStorage)) localStorage.setItem(name, JSON.stringify({...JSON.parse(localStorage.getItem(name)), key})) }",
            Convert.ToBase64String(LedgerKey.Of(other).Spki.Span));
        await visitor.Page.ReloadAsync();

        await AssertToldAsync(visitor, "The lines are signed by somebody else than on");
    }

    /// <summary>This reason is on the screen, with its day, and no other, and nothing that calms.</summary>
    private static async Task AssertToldAsync(Visitor visitor, string reason)
    {
        var told = visitor.Page.Locator(".check .notice [data-reason]:visible");
        await Assertions.Expect(told).ToHaveCountAsync(1);
        Assert.Contains(reason, await told.InnerTextAsync());
        Assert.Matches(@"\d{1,2} \p{L}+ \d{4}", await told.InnerTextAsync());
        await Assertions.Expect(visitor.Page.Locator(Result)).ToHaveCountAsync(0);
    }

    private static async Task<RunningServer> StartAsync(string folder, int port)
    {
        var server = new RunningServer { Folder = folder, Port = port };
        await server.InitializeAsync();
        return server;
    }

    private static async Task SignInAsync(Visitor visitor, int port, Household home)
    {
        var page = visitor.Page;
        await page.GotoAsync($"http://localhost:{port}/sign-in?then=/ledger");
        if (await page.Locator("[name=password]").CountAsync() > 0)
        {
            await page.Locator("[name=name]").FillAsync(home.Patient.SignInName);
            await page.Locator("[name=password]").FillAsync(Household.Password);
            await page.Locator("[name=password]").PressAsync("Enter");
        }

        await Assertions.Expect(page.Locator(".check[data-state=done]")).ToBeAttachedAsync();
    }

    /// <summary>Copies the database and all that belongs to it.</summary>
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        using var source = new SqliteConnection($"Data Source={Path.Combine(from, "rapport.db")};Pooling=False");
        using var target = new SqliteConnection($"Data Source={Path.Combine(to, "rapport.db")};Pooling=False");
        source.Open();
        target.Open();
        source.BackupDatabase(target);
    }

    private static Task<T> RunAsync<T>(Visitor visitor, string body, object given) => visitor.Page.EvaluateAsync<T>(
        $"async text => {{ const script = await import('{SiteFiles.Href("ledger.js")}'); const given = JSON.parse(text); {body} }}", JsonSerializer.Serialize(given));
}
