using Rapport.Language;
using Rapport.Server.Demo;
using Rapport.Server.Pages.Open;
using Rapport.Server.SignIn;
using Rapport.Server.Tests.Pages.Tours;

namespace Rapport.Server.Tests.Pages;

/// <summary>What holds for every page of the <see cref="Tour"/>.</summary>
public sealed class EveryPageTests(BrowserFixture browser)
{
    /// <summary>How far things moved by themselves since the page was loaded (Cumulative Layout Shift).</summary>
    private const string Shift = """
        () => new Promise(done => new PerformanceObserver((list, observer) => {
          observer.disconnect();
          done(list.getEntries().filter(it => !it.hadRecentInput).reduce((sum, it) => sum + it.value, 0));
        }).observe({ type: "layout-shift", buffered: true }) ?? requestAnimationFrame(() => requestAnimationFrame(() => done(0))))
        """;

    /// <summary>What moved, and from where to where: so that whoever reads of it can find it.</summary>
    private const string Moved = """
        () => new Promise(done => new PerformanceObserver((list, observer) => {
          observer.disconnect();
          done(list.getEntries().filter(it => !it.hadRecentInput).flatMap(it => it.sources)
            .map(it => `${it.node?.outerHTML ?? it.node?.textContent ?? "?"}`.slice(0, 120) + ` ${JSON.stringify(it.previousRect)} ${JSON.stringify(it.currentRect)}`).join("; "));
        }).observe({ type: "layout-shift", buffered: true }) ?? requestAnimationFrame(() => requestAnimationFrame(() => done(""))))
        """;

    [Theory]
    [InlineData("es", 360, true, false)]
    [InlineData("en", 1200, false, true)]
    [InlineData("en", 360, true, true)]
    [InlineData("es", 1200, false, true)]
    [InlineData("en", 1200, true, true)]
    [InlineData("es", 1200, true, true)]
    [InlineData("en", 360, false, true)]
    [InlineData("es", 360, false, true)]
    public async Task IsAccessibleAndFits(string language, int width, bool dark, bool isLong)
    {
        Assert.SkipWhen(isLong && Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") != "1", "the look in which most goes wrong is enough in the short run: ./test --long");
        await using var visitor = await browser.VisitAsync(new Look(width, dark) { Language = Languages.Find(language)! });
        var faults = new List<string>();
        await foreach (var name in Tour.WalkAsync(visitor))
        {
            faults.AddRange((await PageLook.AtAsync(visitor.Page)).Faults(name));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        visitor.AssertNothingWentWrong();
    }

    /// <summary>Puts one of each fault into a page.</summary>
    private const string Spoil = """
        () => {
          document.title = "Maya";
          document.querySelector("main").insertAdjacentHTML("beforeend", `<h1>Another</h1><img src="data:,"><p id="spoilt" hidden>seen</p><p class="spoilt">wide</p>`);
          document.querySelector("#spoilt").style.setProperty("display", "block", "important");
          document.querySelector(".spoilt").style.minWidth = "3000px";
        }
        """;

    [Fact]
    public async Task WhatIsWrongWithAPageIsFoundInOneLook()
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/design");
        Assert.Empty((await PageLook.AtAsync(visitor.Page)).Faults("design"));
        await visitor.Page.EvaluateAsync(Spoil);
        var faults = (await PageLook.AtAsync(visitor.Page)).Faults("design").ToList();
        Assert.All(
            ["image-alt at ", "pixels wider than the window", "beyond the gutter: <p class=\"spoilt\"", "something hidden is seen", "not exactly one main heading", "a person in the title"],
            what => Assert.Contains(faults, fault => fault.Contains(what, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task WhatMovesByItselfIsMeasured()
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/design");
        await visitor.Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => { document.querySelector('main').prepend(Object.assign(document.createElement('pre'), { textContent: '\\n'.repeat(20) })); requestAnimationFrame(() => requestAnimationFrame(done)); }))");
        Assert.InRange(await visitor.Page.EvaluateAsync<double>(Shift), 0.01, 10);
        Assert.Contains((await PageLook.AtAsync(visitor.Page)).Faults("design"), static fault => fault.StartsWith("design: things moved by ", StringComparison.Ordinal));
    }

    /// <summary>Writes the page anew as a slow line brings it to a browser that does not wait until it is whole, its frame an element at a time and the rest in fortieths, and says what moved meanwhile.</summary>
    private const string ArriveInPieces = """
        async () => {
          const painted = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
          const html = (await (await fetch(location.href)).text()).replace(/<link rel="expect"[^>]*>/, "");
          const main = html.indexOf("<main");
          const pieces = html.slice(0, main).split(/(?<=>)/);
          for (let i = 0, size = Math.ceil((html.length - main) / 40); i < 40; i++) {
            pieces.push(html.slice(main + i * size, main + (i + 1) * size));
          }

          const moved = [];
          new PerformanceObserver(list => moved.push(...list.getEntries().flatMap(it => it.sources.map(source => `${source.node?.outerHTML?.slice(0, 60)} ${JSON.stringify(source.previousRect)} ${JSON.stringify(source.currentRect)}`)))).observe({ type: "layout-shift" });
          document.open();
          for (const piece of pieces) {
            document.write(piece);
            if (document.body) {
              await painted();
            }
          }
          document.close();
          await painted();
          return moved;
        }
        """;

    [Theory]
    [InlineData("en", 360)]
    [InlineData("es", 360)]
    [InlineData("es", 1200)]
    public async Task NothingMovesWhileAPageArrivesInPieces(string language, int width)
    {
        await using var visitor = await browser.VisitAsync(new Look(width) { Language = Languages.Find(language)! });
        await visitor.GoAsync("/");
        await visitor.ClickAsync(Say.Fill(SignInText.DemoBe, "Maya Demo"));
        await visitor.GoAsync("/record");
        var moved = await visitor.Page.EvaluateAsync<string[]>(ArriveInPieces);
        Assert.True(moved.Length == 0, string.Join('\n', moved));
    }

    [Fact]
    public async Task NothingMovesWhileASlowMachineReadsAPage()
    {
        await using var visitor = await browser.VisitAsync(new Look(360) { Language = Languages.Find("es")!, TimesSlower = 15 });
        for (var i = 0; i < 8; i++)
        {
            await visitor.GoAsync("/sign-in");
            Assert.True(await visitor.Page.EvaluateAsync<double>(Shift) == 0, await visitor.Page.EvaluateAsync<string>(Moved));
        }
    }

    /// <summary>Sends the form of a link without a hand on mouse or keyboard: what moves by the answer moves for whoever waits for a slow one.</summary>
    private const string OpenByItself = """
        () => {
          document.querySelector("#who").value = "Dr Meyer";
          document.querySelector("#passcode").value = "wrong";
          document.querySelector("[data-open]").requestSubmit();
        }
        """;

    [Theory]
    [InlineData("en", 1200)]
    [InlineData("es", 360)]
    public async Task NothingMovesOnALinksPageNotWhenItComesNorWhenAnAnswerComesLate(string language, int width)
    {
        await using var visitor = await browser.VisitAsync(new Look(width) { Language = Languages.Find(language)! });
        await visitor.GoAsync("/");
        await visitor.ClickAsync(Say.Fill(SignInText.DemoBe, "Maya Demo"));
        var address = await visitor.GiveLinkAsync("For Dr Meyer", "4711 doors");
        await visitor.GoAsync("/design");
        await visitor.GoAsync(address[address.IndexOf("/open", StringComparison.Ordinal)..]);
        Assert.True(await visitor.Page.EvaluateAsync<double>(Shift) == 0, await visitor.Page.EvaluateAsync<string>(Moved));
        var answer = new TaskCompletionSource();
        await visitor.Page.RouteAsync("**/shl/**", async route =>
        {
            await answer.Task;
            await route.ContinueAsync();
        });
        await visitor.Page.EvaluateAsync(OpenByItself);
        await visitor.SeesAsync(OpenText.Opening);
        var atOnce = await visitor.Page.EvaluateAsync<double>(Shift);
        answer.SetResult();
        await visitor.SeesAsync(Say.Fill(OpenText.WrongPasscode, "9"));
        Assert.True(await visitor.Page.EvaluateAsync<double>(Shift) == atOnce, await visitor.Page.EvaluateAsync<string>(Moved));
    }

    [Fact]
    public async Task AVisitorOfTheDemoCanBeAnyOfItsPeople()
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.GoAsync("/");
        foreach (var person in DemoPerson.All)
        {
            await visitor.ClickAsync($"Be {person.DisplayName}");
            await Microsoft.Playwright.Assertions.Expect(visitor.Heading).ToHaveTextAsync(person.HasRecord ? "Your record" : person.Role is not null ? "Patients" : "Your circle");
            await visitor.SignOutAsync();
        }
    }
}
