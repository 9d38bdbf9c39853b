using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// Keys for what other modules keep about a patient beside the record. They follow from the record's own key: whose record is erased, of them nothing opens any more. Thread safe.
/// </summary>
public sealed class RecordKeys
{
    private readonly RecordServices _services;

    internal RecordKeys(RecordServices services) => _services = services;

    /// <summary>The key of one use, to be disposed: the same each time. Null when there is no such record, or it was erased.</summary>
    /// <param name="patient">Whose record.</param>
    /// <param name="use">What for: names of different uses give keys that have nothing in common.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<Sealer?> DeriveAsync(PatientId patient, string use) =>
        _services.WithAsync<Sealer?>(patient, null, compartment => Task.FromResult<Sealer?>(new Sealer(compartment.Sealer.Derive("module/" + use))));
}
