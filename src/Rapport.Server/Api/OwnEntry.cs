using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Api;

/// <summary>Entries of the caller's own record that a script names to give them to others.</summary>
internal static class OwnEntry
{
    /// <summary>Whether a reference leads to an entry that may be given: agreements never are.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public static async Task<bool> IsThereAsync(OwnAccess own, string reference, CancellationToken cancel)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && reference[..slash] != "Consent"
            && LocalReference.TryParseId(reference.AsSpan(slash + 1), out var patient, out var local) && patient == own.Patient
            && (await own.QueryAsync(new RecordQuery.ById(reference[..slash], local), cancel)).Count == 1;
    }
}
