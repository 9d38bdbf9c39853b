using System.Globalization;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Fhir;

/// <summary><c>Patient/ID/$everything</c>: all of a record that the caller may see.</summary>
internal static class EverythingEndpoint
{
    private const int MaxCount = 1000;

    public static async Task EverythingAsync(HttpContext context, string patient, RecordDoor door)
    {
        if (await PurposeOfUse.ReadAsync(context) is not { } purpose)
        {
            return;
        }

        if (!TryRead(context.Request.Query, out var query, out var problem))
        {
            await context.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", problem));
            return;
        }

        if (PatientId.TryParse(patient, out var id) && RecordDoor.IsOwn(context, id))
        {
            context.RequireFreshSession();
        }

        var answer = id != default ? await door.AskAsync(context, id, purpose, query) : null;

        // Nothing at all looks like a patient that is not there. Nothing that meets a condition is an answer: a caller may ask for what is new.
        var isConditional = query.Since is not null || query.Types is not null || query.Cursor is not null;
        if (answer is not { Total: > 0 } && !isConditional)
        {
            await context.WriteAsync(Failure.NothingHere);
            return;
        }

        var url = $"{FhirUrls.BaseOf(context.Request)}/Patient/{patient}/$everything";
        var parameters = context.Request.Query.Where(p => p.Key is not ("_format" or "_pretty")).Select(p => new KeyValuePair<string, string>(p.Key, p.Value.ToString())).ToList();
        List<BundleLink> links = [new("self", FhirUrls.WithQuery(url, parameters))];
        if (answer?.NextCursor is { } next)
        {
            links.Add(new("next", FhirUrls.WithQuery(url, parameters.Where(p => p.Key != "_cursor").Append(new("_cursor", next)))));
        }

        await BundleAnswer.WriteSearchsetAsync(context, answer, answer?.Total ?? 0, withEntries: true, links, [], isWhole: true);
    }

    private static bool TryRead(IQueryCollection given, out RecordQuery.Everything query, out string problem)
    {
        query = new RecordQuery.Everything();
        problem = "";
        foreach (var (name, values) in given)
        {
            var value = values.ToString();
            switch (name)
            {
                case "_count" when int.TryParse(value, NumberStyles.None, null, out var count) && count > 0:
                    query = query with { Count = Math.Min(count, MaxCount) };
                    break;
                case "_count":
                    problem = $"`{Failure.Short(value)}` is not a number of entries: give `_count` 1 to {MaxCount}";
                    break;
                case "_since" when DateTimeOffset.TryParse(value.Replace(' ', '+'), null, DateTimeStyles.AssumeUniversal, out var since) && value.Length >= 10:
                    query = query with { Since = since };
                    break;
                case "_since":
                    problem = $"`{Failure.Short(value)}` is not an instant: give `_since` one such as `2026-01-31T08:00:00Z`";
                    break;
                case "_type" when value.Split(',').FirstOrDefault(type => SearchParameters.Find(type, "_id") is null) is { } unknown:
                    problem = $"`{Failure.Short(unknown)}` is no resource type of FHIR R4";
                    break;
                case "_type":
                    query = query with { Types = value.Split(',') };
                    break;
                case "_cursor" when !RecordQuery.IsCursor(value):
                    problem = SearchRequest.NoCursor(value);
                    break;
                case "_cursor":
                    query = query with { Cursor = value };
                    break;
                case "_format" or "_pretty":
                    break;
                default:
                    problem = $"`{Failure.Short(name)}` is not supported here: there are `_count`, `_since` and `_type`";
                    break;
            }
        }

        return problem.Length == 0;
    }
}
