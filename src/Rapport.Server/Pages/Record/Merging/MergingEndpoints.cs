using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.Merging;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Merging;

/// <summary>Taking apart what is shown as one, and joining what is told twice.</summary>
internal static class MergingEndpoints
{
    /// <summary>Entries that are offered to be joined with.</summary>
    private const int MostCandidates = 60;

    /// <summary>Entries that are looked through for the nearest: a record has that many of one kind only where devices write.</summary>
    private const int MostLookedThrough = 5_000;

    public static void MapMerging(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/record/{type}/{id}/join", AskAsync);
        pages.MapPost("/record/{type}/{id}/join", JoinAsync);
        pages.MapPost("/record/{type}/{id}/apart", PartAsync);
    }

    private static async Task<IResult> AskAsync(HttpContext http, RecordDoor door, string type, string id, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Contribute) is { } own && LocalReference.TryParseId(id, out var patient, out var local) && patient == own.Patient && local is not null
            ? await ShowAsync(own, type, local.Value, null, StatusCodes.Status200OK, cancel)
            : TypedResults.NotFound();

    private static Task<IResult> JoinAsync(IFormCollection form, HttpContext http, RecordDoor door, string type, string id, CancellationToken cancel) =>
        LinkAsync(form, http, door, type, id, isSame: true, cancel);

    private static Task<IResult> PartAsync(IFormCollection form, HttpContext http, RecordDoor door, string type, string id, CancellationToken cancel) =>
        LinkAsync(form, http, door, type, id, isSame: false, cancel);

    private static async Task<IResult> LinkAsync(IFormCollection form, HttpContext http, RecordDoor door, string type, string id, bool isSame, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own || !LocalReference.TryParseId(id, out var patient, out var local) || patient != own.Patient || local is not { } entry
            || (await own.QueryAsync(new RecordQuery.ById(type, entry), cancel)).MatchCount == 0)
        {
            return TypedResults.NotFound();
        }

        if (form["other"].ToString() is not { Length: > 0 } other)
        {
            return await ShowAsync(own, type, entry, MergingText.JoinChoose, StatusCodes.Status400BadRequest, cancel);
        }

        var slash = other.IndexOf('/', StringComparison.Ordinal);
        var isLinked = slash > 0 && LocalReference.TryParseId(other.AsSpan(slash + 1), out var otherPatient, out var otherLocal) && otherPatient == own.Patient && otherLocal is { } second
            && await own.LinkAsync(entry, second, isSame, cancel);
        return isLinked
            ? new SeeOther($"/record/{type}/{id}?linked={(isSame ? "joined" : "parted")}")
            : await ShowAsync(own, type, entry, MergingText.JoinGone, StatusCodes.Status409Conflict, cancel);
    }

    private static async Task<IResult> ShowAsync(OwnAccess own, string type, LocalId local, string? problem, int status, CancellationToken cancel)
    {
        var asked = await own.QueryAsync(new RecordQuery.ById(type, local) { Merges = true }, cancel);
        if (asked.MatchCount == 0)
        {
            return TypedResults.NotFound();
        }

        HashSet<string> joined = [.. asked.Entries.Select(entry => entry.Reference)];
        var types = Kind.All.SelectMany(kind => kind.Types).Where(other => FactTable.AreComparable(type, other)).ToList();
        var others = await own.QueryAsync(new RecordQuery.Timeline(MostLookedThrough) { Types = types, Merges = true }, cancel);
        var sources = await own.SourcesAsync(cancel);
        var at = asked.Entries[0].When?.Low;
        var near = Enumerable.Range(0, others.MatchCount)
            .Where(i => !joined.Contains(others.Entries[i].Reference))
            .OrderBy(i => at is { } when && others.Entries[i].When is { } theirs ? Math.Abs(when - theirs.Low) : long.MaxValue)
            .ToList();
        return new RazorComponentResult<JoinPage>(new Dictionary<string, object?>
        {
            [nameof(JoinPage.This)] = EntryReader.Line(asked.ReadResource(0)),
            [nameof(JoinPage.Reference)] = asked.Entries[0].Reference,
            [nameof(JoinPage.Candidates)] = near.Take(MostCandidates).Select(i => new JoinCandidate(
                EntryReader.Line(others.ReadResource(i)), others.Entries[i].Reference, sources.FirstOrDefault(source => source.Number == others.Entries[i].Source)?.Description.Name)).ToList(),
            [nameof(JoinPage.IsCut)] = near.Count > MostCandidates,
            [nameof(JoinPage.Problem)] = problem,
        })
        {
            StatusCode = status,
        };
    }
}
