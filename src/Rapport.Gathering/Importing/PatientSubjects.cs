using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>Finds out whether every resource of an input that is about a patient is about the same one.</summary>
internal static class PatientSubjects
{
    /// <summary>The first place that is about another patient than the input's own, or null when all agree.</summary>
    /// <param name="input">What is imported.</param>
    /// <param name="own">The id of the patient whose record it goes to: naming them directly is always right.</param>
    /// <param name="outside">The one reference by which an input without a Patient resource names its patient; null when it has one, or names none.</param>
    internal static CheckIssue? FindOther(ImportInput input, string own, out string? outside)
    {
        outside = null;
        foreach (var entry in input.Entries)
        {
            if (entry.Resource is not { } resource || resource.TypeName == "Patient" || ImportInput.IsLeftOut(resource))
            {
                continue;
            }

            var subjects = new SubjectSink();
            SearchIndexer.Extract(resource, subjects);
            foreach (var reference in subjects.References)
            {
                var target = input.References?.Resolve(entry.Index, System.Text.Encoding.UTF8.GetBytes(reference)) ?? -1;
                if (reference == $"Patient/{own}" || input.IsPatient(target) || (target >= 0 && input.Entries[target].Resource?.TypeName != "Patient"))
                {
                    continue;
                }

                // An id as this system gives them is somebody's own record here: never a patient of elsewhere whose data this may be.
                if (!IsPatient(reference) || (!NamesRecordHere(reference) && input.PatientIndex < 0 && (outside ??= reference) == reference))
                {
                    continue;
                }

                return new CheckIssue(
                    IssueSeverity.Error, "business-rule", input.References is null ? resource.Location : entry.LocationOf(resource),
                    $"this resource is about `{reference}`, which is not the patient of this input; a record is about one patient: give one bundle for each");
            }
        }

        return null;
    }

    private static bool NamesRecordHere(string reference) => Data.PatientId.TryParse(reference.AsSpan(reference.LastIndexOf('/') + 1), out _);

    private static bool IsPatient(string reference) =>
        reference.StartsWith("Patient/", StringComparison.Ordinal) || reference.StartsWith("Patient?", StringComparison.Ordinal)
        || reference.Contains("/Patient/", StringComparison.Ordinal);

    /// <summary>Collects what <c>patient</c> and <c>subject</c> refer to.</summary>
    private sealed class SubjectSink : SearchSink
    {
        internal HashSet<string> References { get; } = [];

        public override void Reference(SearchParameter parameter, ReadOnlySpan<byte> reference)
        {
            if (parameter.Code is "patient" or "subject")
            {
                References.Add(System.Text.Encoding.UTF8.GetString(reference));
            }
        }

        public override void Token(SearchParameter parameter, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
        {
        }

        public override void Date(SearchParameter parameter, long lowUnixMs, long highUnixMs)
        {
        }

        public override void String(SearchParameter parameter, ReadOnlySpan<byte> text)
        {
        }

        public override void Quantity(SearchParameter parameter, decimal value, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit)
        {
        }

        public override void Number(SearchParameter parameter, decimal value)
        {
        }

        public override void Uri(SearchParameter parameter, ReadOnlySpan<byte> uri)
        {
        }
    }
}
