using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Ledger;

/// <summary>Who saw what: the patient's own ledger told in short, line by line, one line in full with its proof, and as it happens.</summary>
internal static class LedgerEndpoints
{
    /// <summary>Sentences of one section; the others on demand.</summary>
    private const int MostTales = 30, MostTalesOnDemand = 1000;

    private const int LinesOnAPage = 60;

    /// <summary>Entries of one ledger entry that are told by name; more on demand.</summary>
    private const int MostNamed = 50, MostNamedOnDemand = 1000;

    public static void MapLedger(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/ledger", TellAsync);
        pages.MapGet("/ledger/lines", ListAsync);
        pages.MapGet("/ledger/{index:long:min(0)}", ShowAsync);
        pages.MapGet("/ledger/events", LedgerEvents.StreamAsync);
    }

    /// <summary>The words for a patient's ledger, with what is told of each of their consents.</summary>
    public static async Task<LedgerSentence> WordsAsync(OwnAccess own, LedgerHistory history, Modules modules, HttpContext http, CancellationToken cancel) =>
        new(own.Actor.Reference, await ConsentWordsAsync(own, modules, http, cancel), modules.Clock.GetUtcNow()) { Changes = LedgerSentence.ChangesIn(history.Deeds) };

    /// <summary>What is told of each of a patient's consents.</summary>
    public static async Task<IReadOnlyDictionary<string, ConsentWords>> ConsentWordsAsync(OwnAccess own, Modules modules, HttpContext http, CancellationToken cancel)
    {
        var now = modules.Clock.GetUtcNow();
        var words = new Dictionary<string, ConsentWords>();
        var given = await GivenThing.AllAsync(own, cancel);
        foreach (var consent in await own.ConsentsAsync(cancel))
        {
            var agreement = await Agreement.OfAsync(consent, new Recipients(modules.People), http.GetPerson().Id, now, cancel, given.GetValueOrDefault(consent.Entry.Id));
            words[consent.Entry.Id] = new ConsentWords(agreement.Day, agreement.Who, consent.Consent.AnswersRequest is not null)
            {
                IsPassedOn = consent.Consent.PassedOn is not null,
                LetsAct = consent.Consent.Delegation?.To,
                OfDoor = consent.Consent.Emergency is not null ? DoorPart.Decision : consent.Consent.BrokeGlassFor is not null ? DoorPart.Opening : null,
            };
        }

        return words;
    }

    private static async Task<IResult> TellAsync(HttpContext http, RecordDoor door, Modules modules, ILogger<LedgerPage> log, string? show, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (LedgerFilter.TryRead(http.Request.Query) is not { Tale: null } filter)
        {
            return TypedResults.BadRequest();
        }

        var exportHref = $"/api/ledger/{own.Patient}/export";
        try
        {
            var history = await own.HistoryAsync(cancel);
            var teller = new LedgerTeller(await WordsAsync(own, history, modules, http, cancel), Visit.In(history.Deeds));
            var story = Storyteller.Tell(history.Deeds, own.Actor.Reference, filter, modules.Clock.GetUtcNow(), TimeZones.Current);
            var most = show == "all" ? MostTalesOnDemand : MostTales;
            IReadOnlyList<TaleView> View(IReadOnlyList<Tale> tales) => [.. tales.Take(most).Select(tale => teller.View(tale, filter))];
            return new RazorComponentResult<LedgerPage>(new Dictionary<string, object?>
            {
                [nameof(LedgerPage.First)] = View(story.First),
                [nameof(LedgerPage.Others)] = View(story.Others),
                [nameof(LedgerPage.Own)] = View(story.Own),
                [nameof(LedgerPage.About)] = filter.Period is { } period
                    ? Say.Count(LedgerText.LastDays, story.Lines, Say.Number(period.Days))
                    : Say.Count(LedgerText.WholeTime, story.Lines, Say.Day(history.Deeds[0].At)),
                [nameof(LedgerPage.Filter)] = teller.View(filter, history.Deeds),
                [nameof(LedgerPage.MoreHref)] = new[] { story.First, story.Others, story.Own }.Any(tales => tales.Count > most) && show != "all" ? filter.Address("/ledger", ("show", "all")) : null,
                [nameof(LedgerPage.Size)] = history.Deeds.Count,
                [nameof(LedgerPage.Checkpoint)] = await own.CheckpointAsync(cancel),
                [nameof(LedgerPage.ExportHref)] = exportHref,
                [nameof(LedgerPage.ConsistencyHref)] = $"/api/ledger/{own.Patient}/consistency",
                [nameof(LedgerPage.KeyFingerprint)] = modules.Records.LedgerKey.Fingerprint,
            });
        }
        catch (LedgerBrokenException)
        {
            Log.LedgerBroken(log);
            return new RazorComponentResult<LedgerBrokenPage>(new Dictionary<string, object?> { [nameof(LedgerBrokenPage.ExportHref)] = exportHref })
            {
                StatusCode = StatusCodes.Status500InternalServerError,
            };
        }
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, Modules modules, long? before, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (LedgerFilter.TryRead(http.Request.Query) is not { } filter || before < 0)
        {
            return TypedResults.BadRequest();
        }

        var history = await own.HistoryAsync(cancel);
        var deeds = history.Deeds;
        var teller = new LedgerTeller(await WordsAsync(own, history, modules, http, cancel));
        var now = modules.Clock.GetUtcNow();
        var lines = deeds.Take((int)Math.Min(before ?? deeds.Count, deeds.Count)).Reverse()
            .Where(deed => filter.Holds(deed, own.Actor.Reference, now)).Take(LinesOnAPage + 1).Select(teller.Line).ToList();
        var older = lines.Count > LinesOnAPage ? lines[LinesOnAPage - 1].Index.ToString(CultureInfo.InvariantCulture) : null;
        return new RazorComponentResult<LedgerLinesPage>(new Dictionary<string, object?>
        {
            [nameof(LedgerLinesPage.Lines)] = lines.Take(LinesOnAPage).ToList(),
            [nameof(LedgerLinesPage.NewestHref)] = before is null ? null : filter.Address("/ledger/lines"),
            [nameof(LedgerLinesPage.OlderHref)] = older is null ? null : filter.Address("/ledger/lines", ("before", older)),
        });
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, Modules modules, long index, string? show, string? done, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own
            || await own.ReadLedgerAsync(index + 1, 1, cancel) is not [var row] || row.Index != index
            || await own.InclusionAsync(index, cancel) is not { } proof)
        {
            return TypedResults.NotFound();
        }

        var history = await own.HistoryAsync(cancel);
        var words = await WordsAsync(own, history, modules, http, cancel);
        var deed = history.Deeds[(int)index];
        var entries = row.Details is { } details ? own.ReadEntriesOf(details, show == "all" ? MostNamedOnDemand : MostNamed) : [];
        return new RazorComponentResult<LedgerEntryPage>(new Dictionary<string, object?>
        {
            [nameof(LedgerEntryPage.Row)] = row,
            [nameof(LedgerEntryPage.Line)] = new LedgerTeller(words).Line(deed),
            [nameof(LedgerEntryPage.Entries)] = entries.Select(entry => new LedgerSeen(entry.Entry, EntryReader.Line(entry.Resource)))
                .OrderByDescending(seen => seen.Line.DateText, StringComparer.Ordinal).ToList(),
            [nameof(LedgerEntryPage.MoreHref)] = row.Details?.EntryCount > MostNamed && show != "all" ? $"/ledger/{index}?show=all" : null,
            [nameof(LedgerEntryPage.Words)] = words,
            [nameof(LedgerEntryPage.Visit)] = Visit.Find(history.Deeds, index),
            [nameof(LedgerEntryPage.About)] = Outcome.Of(deed)?.Look ?? StoryNote.Of(deed)?.Look,
            [nameof(LedgerEntryPage.Done)] = done,
            [nameof(LedgerEntryPage.Proof)] = proof,
        });
    }
}
