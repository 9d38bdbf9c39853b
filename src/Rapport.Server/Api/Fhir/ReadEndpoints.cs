using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Fhir;

/// <summary>Reading one resource by its id: the current version, one version, all versions.</summary>
internal static class ReadEndpoints
{
    public static async Task ReadAsync(HttpContext context, string type, string id, RecordDoor door) =>
        await ReadAsync(context, type, id, null, door);

    public static async Task ReadVersionAsync(HttpContext context, string type, string id, string version, RecordDoor door)
    {
        if (!TryParseVersion(version, out var number))
        {
            await context.WriteAsync(Failure.NothingHere);
            return;
        }

        await ReadAsync(context, type, id, number, door);
    }

    public static Task PatientHistoryAsync(HttpContext context, string id, RecordDoor door) => HistoryAsync(context, "Patient", id, door);

    public static async Task HistoryAsync(HttpContext context, string type, string id, RecordDoor door)
    {
        if (await AskAsync(context, type, id, door, resource => new RecordQuery.History(type, resource.Local)) is { } answer)
        {
            await BundleAnswer.WriteHistoryAsync(context, answer);
        }
    }

    private static async Task ReadAsync(HttpContext context, string type, string id, int? version, RecordDoor door)
    {
        if (await AskAsync(context, type, id, door, resource => new RecordQuery.ById(type, resource.Local, version)) is { } answer)
        {
            await ResourceResponse.WriteAsync(context, answer);
        }
    }

    /// <summary>What there is of a resource; null after the request was refused.</summary>
    private static async ValueTask<RecordAnswer?> AskAsync(HttpContext context, string type, string id, RecordDoor door, Func<ResourceId, RecordQuery> query)
    {
        if (await PurposeOfUse.ReadAsync(context) is not { } purpose)
        {
            return null;
        }

        if (ResourceId.TryParse(type, id, out var resource) && await door.AskAsync(context, resource.Patient, purpose, query(resource)) is { Count: > 0 } answer)
        {
            return answer;
        }

        await context.WriteAsync(Failure.NothingHere);
        return null;
    }

    /// <summary>A version as we write them: no sign, no leading zero.</summary>
    private static bool TryParseVersion(string text, out int version) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, null, out version) && version > 0 && text[0] != '0';
}
