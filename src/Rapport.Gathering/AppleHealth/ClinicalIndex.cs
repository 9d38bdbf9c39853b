namespace Rapport.Gathering;

/// <summary>What <c>export.xml</c> says of the files that hospitals gave, by their paths in the zip.</summary>
internal sealed class ClinicalIndex
{
    private const int Most = 100_000;

    private readonly Dictionary<string, ClinicalFile> _files = [];

    /// <summary>How many there are.</summary>
    internal int Count => _files.Count;

    internal void Add(AppleElement record)
    {
        if (record["resourceFilePath"] is { } path && _files.Count < Most)
        {
            _files[path.TrimStart('/')] = new ClinicalFile(record["type"] ?? "", record["identifier"], Address(record["sourceURL"]), record["fhirVersion"] ?? "", record["receivedDate"] ?? "");
        }
    }

    /// <summary>What is said of a file; null when nothing is.</summary>
    /// <param name="name">Its name in the zip, folders included.</param>
    internal ClinicalFile? Find(string name)
    {
        // Paths in the export begin at its own folder, whose name differs.
        var folder = name.IndexOf('/', StringComparison.Ordinal);
        return _files.GetValueOrDefault(name) ?? (folder < 0 ? null : _files.GetValueOrDefault(name[(folder + 1)..]));
    }

    private static string? Address(string? url) => url is { Length: <= 1_000 } && Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == "https" || address.Scheme == "http") ? url : null;
}

/// <summary>A file that a hospital gave.</summary>
/// <param name="Type">FHIR type.</param>
/// <param name="Identifier">Its id.</param>
/// <param name="Url">Where it came from; null when that is no address.</param>
/// <param name="Version">FHIR version, such as <c>4.0.1</c>.</param>
/// <param name="Received">When it came.</param>
internal sealed record ClinicalFile(string Type, string? Identifier, string? Url, string Version, string Received);
