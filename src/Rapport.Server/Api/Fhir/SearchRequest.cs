using System.Diagnostics.CodeAnalysis;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Fhir;

/// <summary>
/// A search as it was asked: in whose record, for what. A search looks into one record; <c>patient</c>, <c>subject</c> or <c>_id</c>
/// name it, or the path does, else it is the caller's own.
/// </summary>
/// <param name="Patient">The record; null for an id that is none, in which nothing is found.</param>
/// <param name="Query">What is wanted of it.</param>
/// <param name="Parameters">The parameters that count, for the links of the answer.</param>
/// <param name="Notes">What was ignored because the caller allowed it.</param>
internal sealed record SearchRequest(
    PatientId? Patient, SearchQuery Query, IReadOnlyList<KeyValuePair<string, string>> Parameters, IReadOnlyList<CheckIssue> Notes)
{
    /// <summary>Reads a search.</summary>
    /// <param name="context">The request.</param>
    /// <param name="type">The type searched for.</param>
    /// <param name="compartment">The patient that the path names; null when it names none.</param>
    /// <param name="given">Names and values as they came.</param>
    /// <param name="search">The search, when it can be understood.</param>
    /// <param name="issues">What is wrong with it, otherwise.</param>
    public static bool TryRead(
        HttpContext context, string type, string? compartment, IEnumerable<KeyValuePair<string, string>> given,
        [NotNullWhen(true)] out SearchRequest? search, out IReadOnlyList<CheckIssue> issues)
    {
        search = null;
        var baseUrl = FhirUrls.BaseOf(context.Request);
        var parameters = given.Where(p => p.Key is not ("_format" or "_pretty")).ToList();
        var named = parameters.Where(p => NamesPatient(p.Key)).Select(p => PatientOf(p.Value, baseUrl))
            .Concat(parameters.Where(p => p.Key == "_id").SelectMany(p => p.Value.Split(',')).Select(PatientOfResource))
            .Concat(compartment is null ? [] : [compartment])
            .OfType<string>()
            .Distinct()
            .ToList();
        if (named.Count > 1)
        {
            issues = [Error("invalid", "a search looks into one record: name one patient")];
            return false;
        }

        if (named.Count == 0 && context.GetPerson().Record is null)
        {
            issues = [Error("required", $"name the patient whose record to search, such as `{type}?{(type == "Patient" ? "_id" : "patient")}=ID`")];
            return false;
        }

        // Everything in a record is about its patient; a type that refers to no patient has no such parameter to hold it against.
        var criteria = parameters.Where(p => !NamesPatient(p.Key) || SearchParameters.Find(type, NameOnly(p.Key)) is not null).ToList();
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        var options = new SearchOptions { BaseUrl = baseUrl, Now = clock.GetUtcNow() };
        var result = SearchQuery.Parse(type, criteria, options);
        List<CheckIssue> notes = [];
        if (!result.IsValid && IsLenient(context.Request))
        {
            var unknown = result.Errors.Where(e => e.Code is "not-found" or "not-supported").Select(e => e.Parameter).ToHashSet();
            notes.AddRange(result.Errors.Where(e => unknown.Contains(e.Parameter)).Select(e => new CheckIssue(IssueSeverity.Warning, e.Code, "", $"ignored: {e.Text}")));
            parameters.RemoveAll(p => unknown.Contains(p.Key));
            criteria.RemoveAll(p => unknown.Contains(p.Key));
            result = SearchQuery.Parse(type, criteria, options);
        }

        if (!result.IsValid)
        {
            issues = [.. result.Errors.Select(e => Error(e.Code, e.Text))];
            return false;
        }

        if (result.Query.Cursor is { } cursor && !RecordQuery.IsCursor(cursor))
        {
            issues = [Error("invalid", NoCursor(cursor))];
            return false;
        }

        var patient = named.Count == 0 ? context.GetPerson().Record : PatientId.TryParse(named[0], out var id) ? id : null;
        search = new SearchRequest(patient, result.Query, parameters, notes);
        issues = [];
        return true;
    }

    /// <summary>What is wrong with a cursor that no answer gave.</summary>
    internal static string NoCursor(string text) => $"`_cursor={Failure.Short(text)}` is none: follow the link `next` of the page before as it is";

    private static bool NamesPatient(string parameter) => parameter is "patient" or "subject" or "patient:Patient" or "subject:Patient";

    private static string NameOnly(string parameter) => parameter.Split(':')[0];

    /// <summary>The id in <c>ID</c>, <c>Patient/ID</c> or the same under this server's own address; null for a reference to something else.</summary>
    private static string? PatientOf(string value, string baseUrl)
    {
        var reference = value.StartsWith(baseUrl + "/", StringComparison.Ordinal) ? value[(baseUrl.Length + 1)..] : value;
        return reference.StartsWith("Patient/", StringComparison.Ordinal) ? reference["Patient/".Length..]
            : reference.Contains('/') ? null
            : reference;
    }

    /// <summary>A resource's id tells its record.</summary>
    private static string PatientOfResource(string id) => id.Split('.')[0];

    private static bool IsLenient(HttpRequest request) =>
        request.Headers["Prefer"].Any(line => line is not null && line.Contains("handling=lenient", StringComparison.OrdinalIgnoreCase));

    private static CheckIssue Error(string code, string text) => new(IssueSeverity.Error, code, "", text);
}
