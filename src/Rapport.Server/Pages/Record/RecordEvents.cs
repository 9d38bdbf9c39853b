using System.Globalization;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Record;

/// <summary>That something is added to a record while its patient has a page of it open, as server-sent events. What it is, the page asks for itself.</summary>
internal static class RecordEvents
{
    /// <summary>How large the caller's record is; null when they have none.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<long?> SizeAsync(HttpContext http, Modules modules, CancellationToken cancel) =>
        http.GetPerson().Record is { } record && (await modules.Records.Compartments.RecordSizesAsync([record], cancel)).TryGetValue(record, out var size) ? size : null;

    /// <summary>Where a page hears what comes in after the record had a size; null for none.</summary>
    public static string? After(long? size) => size is { } from ? $"/record/events?from={from.ToString(CultureInfo.InvariantCulture)}" : null;

    /// <param name="http">The request.</param>
    /// <param name="door">To the record.</param>
    /// <param name="live">The streams of this node.</param>
    /// <param name="modules">What stands behind.</param>
    /// <param name="from">How large the record was when the page was made.</param>
    public static async Task<IResult> StreamAsync(HttpContext http, RecordDoor door, LiveStreams live, Modules modules, long from) =>
        await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is { } own ? LiveEvents.TellNumber(http, live, modules, own.Patient, LiveWatch.Record, "grown", from) : TypedResults.NotFound();
}
