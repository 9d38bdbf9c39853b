using Rapport.Fhir;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Fhir;

/// <summary><c>POST /fhir</c>: a bundle into one's own record, all of it or nothing. The answer tells for each entry where it is now.</summary>
internal static class ImportEndpoint
{
    private static readonly Failure NoRecord = new(
        StatusCodes.Status403Forbidden, "forbidden", "you have no record of your own here that a bundle could go into");

    public static async Task ImportAsync(HttpContext context, RecordDoor door, ServerSettings settings, string? confirm = null)
    {
        if (confirm is not (null or "identity"))
        {
            await context.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", $"`confirm={Failure.Short(confirm)}` is not known: there is `confirm=identity`"));
            return;
        }

        if (await door.OpenOwnAsync(context, TokenScopes.Contribute) is not { } own)
        {
            await context.WriteAsync(NoRecord);
            return;
        }

        if (await RequestBody.ReadAsync(context, settings.MaxImportBytes) is not { } body)
        {
            return;
        }

        var options = new ImportOptions
        {
            SourceKind = "fhir",
            SourceName = "sent through the FHIR API",
            IdentityConfirmed = confirm is not null,
            MaxBytes = (int)settings.MaxImportBytes,
        };
        var result = await FhirImporter.ImportAsync(own, body, options, context.RequestAborted);
        if (result.Status is ImportStatus.Taken or ImportStatus.NothingNew)
        {
            WriteAnswer(context, result);
        }
        else if (result.Identity is { } doubt)
        {
            await context.WriteAsync(new(StatusCodes.Status409Conflict, "conflict", ImportWords.Doubt(doubt, "send it again to `/fhir?confirm=identity`")));
        }
        else
        {
            await context.WriteOutcomeAsync(StatusOf(result.Issues), result.Issues);
        }
    }

    /// <summary>400 for what is no FHIR JSON at all, 507 for what the record has no room for, 422 for what breaks a rule.</summary>
    internal static int StatusOf(IReadOnlyList<CheckIssue> issues) =>
        issues is [{ Code: Importer.NoRoom }] ? StatusCodes.Status507InsufficientStorage
        : issues.Any(issue => issue.Severity == IssueSeverity.Fatal) ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity;

    private static void WriteAnswer(HttpContext context, ImportResult result)
    {
        context.Response.ContentType = FhirNegotiation.Json;
        var baseUrl = FhirUrls.BaseOf(context.Request);
        var issues = result.Issues.ToLookup(issue => IndexOf(issue.Location));
        using var writer = new BundleWriter(context.Response.BodyWriter);
        writer.Start(BundleType.TransactionResponse);
        foreach (var entry in result.Entries)
        {
            var notes = issues[entry.Index].Concat(NotesOn(entry)).ToList();
            var outcome = notes.Count > 0 ? OperationOutcome.Of(notes) : default;
            var response = entry.Id is { } id
                ? new BundleResponse(
                    entry is { As: ImportedAs.Added, Version: 1 } ? "201 Created" : "200 OK",
                    $"{baseUrl}/{entry.ResourceType}/{id}/_history/{entry.Version}",
                    ResourceResponse.ETag(entry.Version),
                    LastModified: null,
                    outcome)
                : new BundleResponse("204 No Content", Outcome: outcome);
            writer.ResponseEntry(null, [], null, response);
        }

        writer.End();
    }

    private static IEnumerable<CheckIssue> NotesOn(ImportedEntry entry)
    {
        if (entry.As == ImportedAs.LeftOut)
        {
            yield return new CheckIssue(IssueSeverity.Warning, "not-supported", "", "left out: it says nothing about the patient");
        }
        else if (entry is { ResourceType: "Consent", As: ImportedAs.Added or ImportedAs.Updated })
        {
            yield return new CheckIssue(
                IssueSeverity.Warning, "business-rule", "", "kept as a document that decides nothing: what you share is decided by consents you make yourself, such as by `POST /fhir/Consent`");
        }
    }

    /// <summary>The entry that an issue's place <c>Bundle.entry[3]…</c> is in; -1 for none.</summary>
    private static int IndexOf(string location)
    {
        const string start = "Bundle.entry[";
        var end = location.IndexOf(']');
        return location.StartsWith(start, StringComparison.Ordinal) && end > 0 && int.TryParse(location.AsSpan(start.Length, end - start.Length), out var index) ? index : -1;
    }
}
