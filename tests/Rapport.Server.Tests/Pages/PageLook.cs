using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Rapport.Server.Tests.Pages;

/// <summary>What one look at a page tells of what must hold for each: all of it asked in one round trip, since a walk past every page asks it hundreds of times.</summary>
/// <param name="Violations">What axe finds.</param>
/// <param name="Overflow">How many pixels it is wider than its window.</param>
/// <param name="Beyond">Elements that stand out of the column they belong in; the row of kinds and the rows of a table that was brought are there to be pushed sideways.</param>
/// <param name="Hidden">How many elements are hidden and seen: a style that gives an element a display shows it.</param>
/// <param name="Headings">How many main headings it has.</param>
/// <param name="Bytes">What a browser that was never here loads for it: itself, styles, script and icons, as they come over the wire.</param>
/// <param name="Shift">How far things moved by themselves since it was loaded (Cumulative Layout Shift).</param>
/// <param name="Moved">What moved, and from where to where: so that whoever reads of it can find it.</param>
/// <param name="Title">Its title.</param>
internal sealed record PageLook(IReadOnlyList<PageViolation> Violations, int Overflow, IReadOnlyList<string> Beyond, int Hidden, int Headings, int Bytes, double Shift, string Moved, string Title)
{
    private const int MostBytes = 60 * 1024;

    /// <summary>Of axe only what it finds wrong, and with what it leaves out unless it is asked for: targets large enough for a finger. Pages have no frames, so nothing else is looked into.</summary>
    private const string Look = """
        (async () => {
          scrollTo(0, 0);
          const found = await axe.run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } });
          const main = document.querySelector("main");
          const edge = main.getBoundingClientRect().right - parseFloat(getComputedStyle(main).paddingRight) + 1;
          const isSeen = (it, box = it.getBoundingClientRect()) => it.checkVisibility({ visibilityProperty: true }) && box.width > 0 && box.height > 0;
          // What the worker put aside before stands on the device, unpacked: it came over the wire then.
          const isKept = it => it.workerStart > 0 && it.name.endsWith("?offline");
          const moved = await new Promise(done => new PerformanceObserver((list, observer) => {
            observer.disconnect();
            done(list.getEntries().filter(it => !it.hadRecentInput));
          }).observe({ type: "layout-shift", buffered: true }) ?? requestAnimationFrame(() => requestAnimationFrame(() => done([]))));
          return JSON.stringify({
            violations: found.violations.flatMap(it => it.nodes.map(node => ({ id: it.id, target: node.target.flat().join(" "), html: node.html }))),
            overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            beyond: [...main.querySelectorAll("*")]
              .filter(it => it.checkVisibility() && !it.closest(".kinds, .rows-shown, .visually-hidden, svg") && it.getBoundingClientRect().right > edge)
              .map(it => it.outerHTML.slice(0, 120)),
            hidden: [...document.querySelectorAll("[hidden]")].filter(it => isSeen(it)).length,
            headings: document.querySelectorAll("h1").length,
            bytes: performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource").filter(it => it.initiatorType !== "fetch" && !isKept(it)))
              .reduce((sum, it) => sum + it.encodedBodySize, 0),
            shift: moved.reduce((sum, it) => sum + it.value, 0),
            moved: moved.flatMap(it => it.sources)
              .map(it => `${it.node?.outerHTML ?? it.node?.textContent ?? "?"}`.slice(0, 120) + ` ${JSON.stringify(it.previousRect)} ${JSON.stringify(it.currentRect)}`).join("; "),
            title: document.title,
          });
        })()
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>Looks at a page when all of it is there, from its top: what lies half under its head after a scroll is no smaller for that.</summary>
    public static async Task<PageLook> AtAsync(IPage page)
    {
        await page.WholeAsync();
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            // Half a megabyte: a browser that is sent it once has it in each page that it opens after this one.
            await page.AddInitScriptAsync(Axe);
            await page.EvaluateAsync(Axe);
        }

        return JsonSerializer.Deserialize<PageLook>(await page.EvaluateAsync<string>(Look), JsonSerializerOptions.Web)!;
    }

    /// <summary>What is wrong with it; nothing where all is well.</summary>
    /// <param name="name">What to call the page.</param>
    public IEnumerable<string> Faults(string name)
    {
        foreach (var violation in Violations)
        {
            yield return $"{name}: {violation.Id} at {violation.Target}: {violation.Html}";
        }

        if (Overflow > 0)
        {
            yield return $"{name}: {Overflow} pixels wider than the window";
        }

        foreach (var element in Beyond)
        {
            yield return $"{name}: beyond the gutter: {element}";
        }

        if (Hidden > 0)
        {
            yield return $"{name}: something hidden is seen";
        }

        if (Headings != 1)
        {
            yield return $"{name}: not exactly one main heading";
        }

        if (Bytes > MostBytes)
        {
            yield return $"{name}: {Bytes} bytes in the first view";
        }

        if (Shift > 0)
        {
            yield return $"{name}: things moved by {Shift}: {Moved}";
        }

        if (Title.Contains("Maya", StringComparison.Ordinal))
        {
            yield return $"{name}: a person in the title";
        }
    }
}

/// <summary>Something that axe finds wrong.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Target">Where.</param>
/// <param name="Html">The element.</param>
internal sealed record PageViolation(string Id, string Target, string Html);
