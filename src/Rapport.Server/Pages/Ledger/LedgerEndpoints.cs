using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Ledger;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Ledger;

/// <summary>Who saw what: the patient's own ledger, its entries one by one, and how to check it.</summary>
internal static class LedgerEndpoints
{
    private const int PageSize = 60;

    /// <summary>Entries of one ledger entry that are told by name.</summary>
    private const int MostNamed = 200;

    public static void MapLedger(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/ledger", ListAsync);
        pages.MapGet("/ledger/{index:long:min(0)}", ShowAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, Modules modules, long? before, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var rows = await own.ReadLedgerAsync(before is > 0 ? before : null, PageSize, cancel);
        var consents = await WordsOfConsentsAsync(own, modules.People, modules.Clock, http, cancel);
        var checkpoint = await own.CheckpointAsync(cancel);
        return new RazorComponentResult<LedgerPage>(new Dictionary<string, object?>
        {
            [nameof(LedgerPage.Groups)] = GroupsOf(rows, own, consents),
            [nameof(LedgerPage.Checkpoint)] = checkpoint,
            [nameof(LedgerPage.ExportHref)] = $"/api/ledger/{own.Patient}/export",
            [nameof(LedgerPage.KeyFingerprint)] = modules.Records.LedgerKey.Fingerprint,
            [nameof(LedgerPage.Before)] = before,
        });
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, Modules modules, long index, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own
            || await own.ReadLedgerAsync(index + 1, 1, cancel) is not [var row] || row.Index != index)
        {
            return TypedResults.NotFound();
        }

        var consents = await WordsOfConsentsAsync(own, modules.People, modules.Clock, http, cancel);
        var entries = row.Details is { } details ? own.ReadEntriesOf(details, MostNamed) : [];
        return new RazorComponentResult<LedgerEntryPage>(new Dictionary<string, object?>
        {
            [nameof(LedgerEntryPage.Row)] = row,
            [nameof(LedgerEntryPage.Line)] = LineOf(row, own, consents),
            [nameof(LedgerEntryPage.Entries)] = entries.Select(entry => new LedgerSeen(entry.Entry, EntryReader.Line(entry.Resource)))
                .OrderByDescending(seen => seen.Line.DateText, StringComparer.Ordinal).ToList(),
            [nameof(LedgerEntryPage.Consents)] = consents,
        });
    }

    /// <summary>Each line, but the looks of one person for one purpose on one day together, where the newest of them stands.</summary>
    private static List<LedgerGroup> GroupsOf(IReadOnlyList<LedgerRow> rows, OwnAccess own, IReadOnlyDictionary<string, ConsentWords> consents) =>
    [
        .. rows.GroupBy(row => row.Details is { Kind: LedgerKind.Disclosed } details
                ? (details.Actor, details.Purpose, row.Leaf.Time.UtcDateTime.Date, -1L)
                : ((string?)null, (string?)null, default(DateTime), row.Index))
            .Select(group => group.ToList())
            .Select(group => new LedgerGroup(
                group.Count == 1 ? null : LedgerSentence.OfLooks(group, consents), group.ConvertAll(row => group.Count == 1 ? LineOf(row, own, consents) : LineOf(row, own, consents) with { Sentence = LedgerSentence.InGroup(row) }))),
    ];

    private static LedgerLine LineOf(LedgerRow row, OwnAccess own, IReadOnlyDictionary<string, ConsentWords> consents) =>
        new(row.Index, row.Leaf.Time, LedgerSentence.Icon(row), LedgerSentence.Of(row, own.Actor.Reference, consents), row.Details?.Kind is LedgerKind.Disclosed or LedgerKind.BrokeGlass);

    private static async Task<IReadOnlyDictionary<string, ConsentWords>> WordsOfConsentsAsync(
        OwnAccess own, PeopleModule people, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        var words = new Dictionary<string, ConsentWords>();
        foreach (var consent in await own.ConsentsAsync(cancel))
        {
            var agreement = await Agreement.OfAsync(consent, new Recipients(people), http.GetPerson().Id, clock.GetUtcNow(), cancel);
            words[consent.Entry.Id] = new ConsentWords(agreement.Day, agreement.Who);
        }

        return words;
    }
}

/// <summary>Lines that are told together.</summary>
/// <param name="Sentence">What they have in common; null for a line alone.</param>
/// <param name="Lines">Newest first.</param>
public sealed record LedgerGroup(string? Sentence, IReadOnlyList<LedgerLine> Lines);

/// <summary>One line of the ledger.</summary>
/// <param name="Index">Its position, from 0.</param>
/// <param name="At">When it happened.</param>
/// <param name="Icon">Its symbol.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="IsLook">Whether somebody else saw something.</param>
public sealed record LedgerLine(long Index, DateTimeOffset At, string Icon, string Sentence, bool IsLook);

/// <summary>An entry that a ledger entry speaks of.</summary>
public sealed record LedgerSeen(AnsweredEntry Entry, EntryLine Line);
