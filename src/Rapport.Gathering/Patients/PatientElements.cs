using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>What the elements of a Patient are to putting several of them together. Stateless.</summary>
internal static class PatientElements
{
    internal const string Gender = "gender";

    private const string AbsentReason = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

    // Each item is a fact of its own: two telephones may both ring.
    private static readonly string[] _lists =
        ["identifier", "telecom", "address", "contact", "communication", "generalPractitioner", "photo", "link"];

    // Each item says of what it is, by its URL.
    private static readonly string[] _byUrl = ["extension", "modifierExtension"];

    // About one source's resource, not about the person; what is contained goes along with what refers to it.
    private static readonly string[] _ofTheResource = ["resourceType", "id", "meta", "implicitRules", "language", "text", "contained"];

    internal static bool IsList(string name) => _lists.Contains(name);

    internal static bool IsByUrl(string name) => _byUrl.Contains(name);

    internal static bool IsOfTheResource(string name) => _ofTheResource.Contains(name);

    /// <summary>Whether what others say of it may stand in a Patient.</summary>
    internal static bool MayBeCarried(string name) => name == "contained" || !IsOfTheResource(name);

    /// <summary>
    /// What a property is about: <c>_birthDate</c> goes with <c>birthDate</c>, and somebody died, or was one of several born, in one way.
    /// </summary>
    internal static string OneOf(string name)
    {
        name = name.TrimStart('_');
        return name.StartsWith("deceased", StringComparison.Ordinal) ? "deceased"
            : name.StartsWith("multipleBirth", StringComparison.Ordinal) ? "multipleBirth"
            : name;
    }

    /// <summary>
    /// Whether a property says something of the person: why a value is not there, and that a name is unknown, say nothing that others could not
    /// know.
    /// </summary>
    /// <param name="name">The property.</param>
    /// <param name="items">What it has.</param>
    /// <param name="isThere">Whether the Patient has another property.</param>
    internal static bool Says(string name, IEnumerable<JsonElement> items, Predicate<string> isThere) =>
        name.StartsWith('_') ? isThere(name[1..]) : name != "name" || items.Any(item => !IsUnknown(item));

    /// <summary>Whether a Patient tells a gender: <c>unknown</c>, which programs write where nobody asked, is none.</summary>
    internal static bool SaysGender(JsonElement patient) => patient.TryGetProperty(Gender, out var gender) && !gender.ValueEquals("unknown");

    internal static string? UrlOf(JsonElement extension) => extension.TryGetProperty("url", out var url) ? url.GetString() : null;

    private static bool IsUnknown(JsonElement name) => name.EnumerateObject().All(part =>
        part.Name is "id" or "use"
        || (part.Name == "extension" && part.Value.EnumerateArray().All(extension => UrlOf(extension) == AbsentReason)));
}
