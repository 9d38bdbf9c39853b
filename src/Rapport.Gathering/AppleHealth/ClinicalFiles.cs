using System.Text;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// What hospitals gave to the phone: files of FHIR, each as the hospital has it. All of them are about the one person whose phone it is, whatever each
/// hospital calls them, so references to a hospital's Patient become references to the patient of the record.
/// </summary>
internal sealed class ClinicalFiles(ClinicalIndex index, Harvest harvest)
{
    private readonly Dictionary<string, (Resource Resource, string File, string Received)> _byUrl = [];

    /// <summary>How many there were.</summary>
    internal int Count { get; private set; }

    /// <summary>Takes a file, which <see cref="Harvest.File"/> names.</summary>
    internal void Take(string name, byte[] content)
    {
        Count++;
        var said = index.Find(name);
        if (said is { Version: { Length: > 0 } version } && !version.StartsWith("4.0", StringComparison.Ordinal))
        {
            harvest.Skip($"{said.Type} in FHIR {version}", NotTakenReason.UnknownKind, "");
            return;
        }

        var parsed = Resource.Parse(content, new CheckOptions { MaxBytes = harvest.Limits.MaxBytes });
        if (parsed.Resource is not { } resource)
        {
            NameInvalid(said, content, parsed.Issues);
        }
        else if (resource.TypeName == "Patient")
        {
            TakePatient(resource);
        }
        else if (resource.TypeName == "Bundle")
        {
            harvest.Skip("Bundle", NotTakenReason.UnknownKind, "");
        }
        else
        {
            Keep(said, resource, name);
        }
    }

    /// <summary>Adds the newest of each.</summary>
    internal void Finish()
    {
        foreach (var (url, (resource, file, _)) in _byUrl)
        {
            harvest.File = file;
            harvest.AddFhir(url, resource, resource.TypeName);
        }

        harvest.File = null;
    }

    /// <summary>Where the same came twice, what came last holds.</summary>
    private void Keep(ClinicalFile? said, Resource resource, string name)
    {
        var url = said?.Url ?? harvest.ReferenceTo($"clinical\n{said?.Identifier ?? $"{resource.TypeName}/{resource.Id ?? name}"}");
        var received = said?.Received ?? "";
        var own = Resource.Read(ResourceRewriter.Rewrite(resource.Root, new RewriteOptions { MapReference = MapPatient }));
        if (!_byUrl.TryGetValue(url, out var other))
        {
            _byUrl[url] = (own, name, received);
            return;
        }

        harvest.Skip(resource.TypeName, NotTakenReason.Repeated, "an older copy");
        if (string.CompareOrdinal(received, other.Received) > 0)
        {
            _byUrl[url] = (own, name, received);
        }
    }

    /// <summary>Tells whom the export is about. A record has one Patient, and hospitals each have their own.</summary>
    private void TakePatient(Resource patient)
    {
        harvest.Skip("Patient", NotTakenReason.Repeated, "who the patient is stands in the record");
        var name = patient.Root.TryGetChild("name", out var names) ? NameOf(names) : null;
        var birthDate = patient.Root.TryGetChild("birthDate", out var date) ? date.GetString() : null;
        harvest.About = new PersonNamed(harvest.About?.Name ?? name, harvest.About?.BirthDate ?? birthDate);
    }

    private static string? NameOf(Element name)
    {
        List<string> parts = [];
        foreach (var part in name.Children)
        {
            if (part.Name is "given" or "family" && part.GetString() is { } text)
            {
                parts.Add(text);
            }
        }

        return parts.Count == 0 ? null : string.Join(' ', parts);
    }

    private void NameInvalid(ClinicalFile? said, byte[] content, IReadOnlyList<CheckIssue> issues)
    {
        if (FhirVersions.Guess(content) is { } other)
        {
            harvest.Skip($"{said?.Type ?? "file"}: {other.Text}", NotTakenReason.UnknownKind, other.Location);
        }
        else if (!IsJson(content))
        {
            harvest.Damaged("", $"this is no JSON: {issues[0].Text}");
        }
        else
        {
            harvest.Skip($"{said?.Type ?? "file"}: {issues[0].Text}", NotTakenReason.NotValid, issues[0].Location);
        }
    }

    private static bool IsJson(byte[] content)
    {
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(content);
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static string? MapPatient(ReadOnlySpan<byte> reference)
    {
        const int most = 1_000;
        return reference.Length < most && (reference.StartsWith("Patient/"u8) || (reference.StartsWith("http"u8) && Encoding.UTF8.GetString(reference).Contains("/Patient/", StringComparison.Ordinal)))
            ? Harvest.Patient
            : null;
    }
}
