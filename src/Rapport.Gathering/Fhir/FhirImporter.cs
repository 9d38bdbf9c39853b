using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Gathers FHIR R4 JSON, and nothing else, into a record: what a FHIR client sends. See <see cref="Importer"/>. Stateless.</summary>
public static class FhirImporter
{
    /// <summary>Imports <paramref name="content"/> into the patient's own record.</summary>
    /// <param name="own">Whose record.</param>
    /// <param name="content">UTF-8 JSON.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static Task<ImportResult> ImportAsync(OwnAccess own, ReadOnlyMemory<byte> content, ImportOptions options, CancellationToken cancel) =>
        Importer.WriteAsync(own, Importer.Read(new FhirFormat(), SourceContent.Of(options.SourceName, content), options, null, cancel), options, cancel);
}
