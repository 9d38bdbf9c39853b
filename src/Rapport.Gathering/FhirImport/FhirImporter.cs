using System.Security.Cryptography;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Gathers FHIR R4 JSON into a record: a Bundle of any kind that carries resources, or one resource. All or nothing: the input is checked whole, must
/// be about one patient, and is written in one transaction with its ledger entry. What came from the same place before is recognised: the same is
/// left alone, a change becomes a new version. Stateless.
/// </summary>
public static class FhirImporter
{
    /// <summary>Imports <paramref name="content"/> into the patient's own record.</summary>
    /// <param name="own">Whose record.</param>
    /// <param name="content">UTF-8 JSON.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<ImportResult> ImportAsync(OwnAccess own, ReadOnlyMemory<byte> content, ImportOptions options, CancellationToken cancel)
    {
        return TryRead(content, options, out var input, out var warnings) is { } refused
            ? refused
            : await WriteAsync(own, content, options, input!, warnings, cancel);
    }

    /// <summary>Why <paramref name="content"/> would be refused whatever the record is; null when nothing speaks against it yet.</summary>
    public static ImportResult? Check(ReadOnlyMemory<byte> content, ImportOptions options) => TryRead(content, options, out _, out _);

    /// <summary>The refusal, or null with what was read.</summary>
    private static ImportResult? TryRead(ReadOnlyMemory<byte> content, ImportOptions options, out ImportInput? input, out IReadOnlyList<CheckIssue> warnings)
    {
        (input, warnings) = (null, []);
        if (content.Length > options.MaxBytes)
        {
            return ImportResult.Refuse("too-long", "", $"the input has {content.Length} bytes, at most {options.MaxBytes} are read: split it into smaller bundles");
        }

        var parsed = Resource.Parse(content, new CheckOptions { MaxBytes = options.MaxBytes });
        if (parsed.Resource is not { } resource)
        {
            return ImportResult.Refuse(parsed.Issues);
        }

        input = ImportInput.Read(resource);
        warnings = [.. parsed.Issues, .. input.Warnings];
        return input.Errors.Count > 0 ? ImportResult.Refuse(input.Errors) : null;
    }

    private static async Task<ImportResult> WriteAsync(
        OwnAccess own, ReadOnlyMemory<byte> content, ImportOptions options, ImportInput input, IReadOnlyList<CheckIssue> warnings, CancellationToken cancel)
    {
        ImportResult? result = null;
        var source = new SourceDescription(options.SourceKind, options.SourceName) { Digest = SHA256.HashData(content.Span) };
        var outcome = await own.GatherAsync(
            source,
            view =>
            {
                if (PatientSubjects.FindOther(input, view.Patient.ToString(), out var outside) is { } other)
                {
                    result = ImportResult.Refuse([other]);
                    return new GatheringPlan([]);
                }

                if (!options.IdentityConfirmed && IdentityComparison.Compare(input.Patient, Resource.Read(view.PatientBody).Root) is { } doubt)
                {
                    result = new ImportResult { Status = ImportStatus.IdentityInDoubt, Identity = doubt };
                    return new GatheringPlan([]);
                }

                if (options is { IdentityConfirmed: false, OwnName: { } name }
                    && IdentityComparison.CompareFirst(input.Patient, Resource.Read(view.PatientBody).Root, name) is { } question)
                {
                    result = new ImportResult { Status = ImportStatus.IdentityInDoubt, Identity = question };
                    return new GatheringPlan([]);
                }

                var plan = new ImportPlan(input, view, outside);
                if (plan.Errors.Count > 0)
                {
                    result = ImportResult.Refuse(plan.Errors);
                    return new GatheringPlan([]);
                }

                result = new ImportResult
                {
                    Status = plan.Drafts.Count > 0 ? ImportStatus.Taken : ImportStatus.NothingNew,
                    Issues = [.. warnings, .. plan.Warnings],
                    Entries = plan.Entries,
                    About = IdentityComparison.Name(input.Patient),
                    ConsentsKeptAsDocuments = plan.Entries.Count(e => e.ResourceType == "Consent" && e.As is ImportedAs.Added or ImportedAs.Updated),
                };
                return new GatheringPlan(plan.Drafts, plan.Entries.CountBy(e => e.As).ToDictionary(c => c.Key.ToString(), c => c.Value));
            },
            cancel);
        return result! with { Source = outcome.Source, LedgerIndex = outcome.LedgerIndex };
    }
}
