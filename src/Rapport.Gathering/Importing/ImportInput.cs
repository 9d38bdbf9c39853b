using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>The input of an import, opened and checked as a whole: its resources, how they refer to each other, and which of them is the patient.</summary>
internal sealed class ImportInput
{
    // About the exchange, not about the patient.
    private static readonly string[] LeftOutTypes = ["OperationOutcome", "Parameters"];

    private readonly IReadOnlyList<int> _patients;

    private ImportInput(IReadOnlyList<BundleEntry> entries, BundleReferences? references, IReadOnlyList<int> patients, List<CheckIssue> errors, List<CheckIssue> warnings)
    {
        (Entries, References, _patients, Errors, Warnings) = (entries, references, patients, errors, warnings);
    }

    /// <summary>The entries in their order, those without a resource among them.</summary>
    internal IReadOnlyList<BundleEntry> Entries { get; }

    /// <summary>How they refer to each other; null when the input is a single resource.</summary>
    internal BundleReferences? References { get; }

    /// <summary>Which entry is the patient's; -1 when the input has no Patient resource.</summary>
    internal int PatientIndex => _patients.Count > 0 ? _patients[0] : -1;

    /// <summary>The Patient resource, if there is one.</summary>
    internal Element? Patient => PatientIndex < 0 ? null : Entries[PatientIndex].Resource;

    /// <summary>Whom it says it is about: its Patient resource, or else what its format says beside its entries.</summary>
    internal Element? WhoItIsAbout => Patient ?? About?.Root;

    /// <summary>A Patient resource that says whom the source is about and is not itself taken; null for none.</summary>
    internal Resource? About { get; set; }

    /// <summary>Whether its Patient says only who it is: it names a record that names nobody yet, and changes no other.</summary>
    internal bool PatientIsBrief { get; private init; }

    /// <summary>What a format that is no FHIR says beside each entry; null for FHIR, whose entries stand where they stand.</summary>
    internal IReadOnlyList<HarvestedEntry>? Harvested { get; set; }

    /// <summary>The observations that carried points, by their place: each is a series now, whose entry is made of its points.</summary>
    internal IReadOnlyDictionary<int, SeriesKey> Series { get; set; } = System.Collections.ObjectModel.ReadOnlyDictionary<int, SeriesKey>.Empty;

    internal IReadOnlyList<CheckIssue> Errors { get; }

    internal IReadOnlyList<CheckIssue> Warnings { get; }

    /// <summary>Where an entry stood.</summary>
    internal Records.Provenance ProvenanceOf(int index) =>
        Harvested?[index].Provenance ?? new Records.Provenance { Path = References is null ? Entries[index].Resource?.TypeName : $"{Entries[index].Location}.resource" };

    /// <summary>Whether an entry is the patient's, or says again who that is.</summary>
    internal bool IsPatient(int index) => _patients.Contains(index);

    internal static bool IsLeftOut(Element resource) => LeftOutTypes.Contains(resource.TypeName) || Records.OwnLabelling.IsWord(resource) || Records.PreparedVisit.Is(resource);

    /// <param name="resource">A bundle, or one resource.</param>
    /// <param name="repeatsPatient">Whether it is put together from files that each have a Patient.</param>
    /// <param name="brief">The Patients that say only who they are, by their full URLs.</param>
    internal static ImportInput Read(Resource resource, bool repeatsPatient = false, IReadOnlySet<string>? brief = null)
    {
        List<CheckIssue> errors = [];
        List<CheckIssue> warnings = [];
        if (resource.TypeName != "Bundle")
        {
            return new ImportInput([new BundleEntry(0, null, resource.Root, null)], null, resource.TypeName == "Patient" ? [0] : [], errors, warnings);
        }

        return Read(BundleReader.Open(resource), repeatsPatient, brief ?? new HashSet<string>());
    }

    /// <summary>Entries that were found one by one.</summary>
    internal static ImportInput Read(Harvest harvest)
    {
        List<BundleEntry> entries = [.. harvest.Entries.Select((entry, i) => new BundleEntry(i, entry.FullUrl, Resource.Read(entry.Json).Root, entry.Request))];
        return Read(BundleReader.Of(harvest.Bundle, entries), harvest.RepeatsPatient, harvest.BriefPatients);
    }

    private static ImportInput Read(BundleReader bundle, bool repeatsPatient, IReadOnlySet<string> brief)
    {
        List<CheckIssue> errors = [];
        List<CheckIssue> warnings = [];
        Sort(bundle.Issues, errors, warnings);
        CheckKind(bundle, errors);
        if (errors.Count > 0)
        {
            return new ImportInput(bundle.Entries, null, [], errors, warnings);
        }

        var references = BundleReferences.Of(bundle);
        Sort(references.Issues, errors, warnings);
        var patients = FindPatients(bundle, repeatsPatient, brief, errors);
        return new ImportInput(bundle.Entries, references, patients, errors, warnings)
        {
            PatientIsBrief = patients.Count > 0 && bundle.Entries[patients[0]].FullUrl is { } url && brief.Contains(url),
        };
    }

    /// <summary>A source that has series alone.</summary>
    internal static ImportInput WithoutEntries() => new([], null, [], [], []);

    private static void Sort(IReadOnlyList<CheckIssue> issues, List<CheckIssue> errors, List<CheckIssue> warnings)
    {
        foreach (var issue in issues)
        {
            (issue.Severity is IssueSeverity.Error or IssueSeverity.Fatal ? errors : warnings).Add(issue);
        }
    }

    /// <summary>Why a bundle without resources is refused.</summary>
    internal static CheckIssue NoResources { get; } = new(IssueSeverity.Error, "required", "Bundle.entry", "the bundle has no resources: there is nothing to gather");

    /// <summary>Why an entry cannot be gathered for what its bundle asks; null when it can.</summary>
    internal static CheckIssue? CheckRequest(BundleEntry entry) => entry.Request is { Method: not ("POST" or "PUT") } request
        ? new CheckIssue(
            IssueSeverity.Error, "not-supported", $"{entry.Location}.request.method",
            $"a record is gathered with POST and PUT, `{request.Method}` is not done here: take the entry out")
        : null;

    private static void CheckKind(BundleReader bundle, List<CheckIssue> errors)
    {
        if (bundle.Type is BundleType.History or BundleType.TransactionResponse or BundleType.BatchResponse)
        {
            errors.Add(new(
                IssueSeverity.Error, "not-supported", "Bundle.type",
                "a bundle of this type tells what a server did, it does not bring a record: give a transaction, batch, collection, searchset, document or message"));
            return;
        }

        errors.AddRange(bundle.Entries.Select(CheckRequest).OfType<CheckIssue>());

        if (bundle.Entries.All(e => e.Resource is null))
        {
            errors.Add(NoResources);
        }
    }

    /// <summary>The Patients, the one that says most first: several only where each is plainly the same person.</summary>
    private static IReadOnlyList<int> FindPatients(BundleReader bundle, bool repeatsPatient, IReadOnlySet<string> brief, List<CheckIssue> errors)
    {
        var patients = bundle.Entries.Where(e => e.Resource?.TypeName == "Patient").OrderBy(e => e.FullUrl is { } url && brief.Contains(url)).ToList();
        if (patients.Count > 1 && !(repeatsPatient && patients.Skip(1).All(other => IdentityComparison.AreOne(patients[0].Resource!.Value, other.Resource!.Value))))
        {
            errors.Add(new(
                IssueSeverity.Error, "business-rule", $"{patients[1].Location}.resource",
                $"the bundle has {patients.Count} patients; a record is about one: give one bundle for each"));
            return [];
        }

        return [.. patients.Select(patient => patient.Index)];
    }
}
