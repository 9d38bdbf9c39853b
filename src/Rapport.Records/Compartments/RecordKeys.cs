using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// Keys for what other modules keep about a patient beside the record. They follow from the record's own key: whose record is erased, of them nothing opens any more, on no node. Nothing of a record is loaded for it. Thread safe.
/// </summary>
public sealed class RecordKeys
{
    private readonly RecordServices _services;

    internal RecordKeys(RecordServices services) => _services = services;

    /// <summary>The keys of some records, in one question, no older than what was committed anywhere before the call.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<KeysOfRecords> OfAsync(IReadOnlyCollection<PatientId> patients, CancellationToken cancel)
    {
        var rows = await _services.Store.ReadDataKeysAsync([.. patients.Distinct().Select(static patient => patient.ToString())], cancel);
        return new KeysOfRecords(_services.Keyring, rows.ToDictionary(static row => PatientId.Parse(row.PatientId), static row => row.DataKey));
    }
}

/// <summary>The keys of some records as they were at one moment. Immutable.</summary>
public sealed class KeysOfRecords
{
    private readonly Keyring _keyring;
    private readonly Dictionary<PatientId, byte[]> _wrapped;

    internal KeysOfRecords(Keyring keyring, Dictionary<PatientId, byte[]> wrapped) => (_keyring, _wrapped) = (keyring, wrapped);

    /// <summary>Whether the record was there and is erased.</summary>
    public bool IsErased(PatientId patient) => _wrapped.TryGetValue(patient, out var key) && key.Length == 0;

    /// <summary>Whether there is such a record, and it is not erased.</summary>
    public bool Has(PatientId patient) => _wrapped.TryGetValue(patient, out var key) && key.Length > 0;

    /// <summary>The key of one use, to be disposed: the same each time. Null when there is no such record, or it was erased.</summary>
    /// <param name="patient">Whose record.</param>
    /// <param name="use">What for: names of different uses give keys that have nothing in common.</param>
    /// <exception cref="SealBrokenException">The record's own key is damaged.</exception>
    public Sealer? Derive(PatientId patient, string use)
    {
        if (!_wrapped.TryGetValue(patient, out var wrapped) || wrapped.Length == 0)
        {
            return null;
        }

        using var own = _keyring.OpenDataKey(Places.DataKey(patient), wrapped);
        return new Sealer(own.Derive("module/" + use));
    }
}
