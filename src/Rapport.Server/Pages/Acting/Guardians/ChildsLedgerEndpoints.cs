using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Ledger;

namespace Rapport.Server.Pages.Acting.Guardians;

/// <summary>Who saw what of a small child's record, for whoever looks after the child: all of it, line by line.</summary>
internal static class ChildsLedgerEndpoints
{
    private const int LinesOnAPage = 60;

    public static void MapChildsLedger(this IEndpointRouteBuilder pages) => pages.MapGet("/acting/{patient}/ledger", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, ILogger<ChildsLedgerPage> log, string patient, long? before, CancellationToken cancel)
    {
        if (!PatientId.TryParse(patient, out var id) || await door.OpenGuardianAsync(http, id, TokenScopes.ReadShared) is not { } guardian)
        {
            return TypedResults.NotFound();
        }

        if (before < 0)
        {
            return TypedResults.BadRequest();
        }

        LedgerHistory history;
        try
        {
            history = await guardian.HistoryAsync(cancel);
        }
        catch (LedgerBrokenException)
        {
            Hosting.Log.LedgerBroken(log);
            return Page(guardian, null, [], null, null, StatusCodes.Status500InternalServerError);
        }

        var sentence = new ChildsLedgerSentence(guardian.Actor.Reference, $"Patient/{guardian.Patient}", guardian.PatientName, await guardian.ConsentsAsync(cancel));
        var end = (int)Math.Min(before ?? history.Deeds.Count, history.Deeds.Count);
        var lines = history.Deeds.Take(end).Reverse().Take(LinesOnAPage).Select(deed => new LedgerLine(deed.Index, deed.At, LedgerSentence.Icon(deed.Kind), sentence.Of(deed), deed.IsLook)).ToList();
        var home = $"/acting/{guardian.Patient}/ledger";
        return Page(
            guardian, history, lines, before is null ? null : home, end > LinesOnAPage ? $"{home}?before={lines[^1].Index.ToString(CultureInfo.InvariantCulture)}" : null, StatusCodes.Status200OK);
    }

    private static RazorComponentResult<ChildsLedgerPage> Page(GuardianAccess guardian, LedgerHistory? history, IReadOnlyList<LedgerLine> lines, string? newest, string? older, int status) =>
        new(new Dictionary<string, object?>
        {
            [nameof(ChildsLedgerPage.Guardian)] = guardian,
            [nameof(ChildsLedgerPage.Count)] = history?.Deeds.Count,
            [nameof(ChildsLedgerPage.Lines)] = lines,
            [nameof(ChildsLedgerPage.NewestHref)] = newest,
            [nameof(ChildsLedgerPage.OlderHref)] = older,
        })
        { StatusCode = status };
}
