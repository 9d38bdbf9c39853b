using System.Security.Cryptography;
using Rapport.Data;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>Each conversation has a random key of its own, sealed under one that follows from the key of the record it is around: whose record is erased takes its conversations along. Thread safe.</summary>
internal sealed class ConversationKeys(RecordKeys records)
{
    private const string Use = "conversations";

    /// <summary>The keys of the records that some conversations are around, by which theirs open.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task<KeysOfRecords> OfAsync(IReadOnlyCollection<PatientId> patients, CancellationToken cancel) => records.OfAsync(patients, cancel);

    /// <summary>A new key, and how it is stored; null when there is no such record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<(Sealer Key, byte[] Wrapped)?> NewAsync(PatientId patient, ConversationId conversation, CancellationToken cancel)
    {
        using var wrap = (await OfAsync([patient], cancel)).Derive(patient, Use);
        if (wrap is null)
        {
            return null;
        }

        var key = RandomNumberGenerator.GetBytes(32);
        var (sealer, wrapped) = (new Sealer(key), wrap.Seal(PlaceOf(conversation), key));
        CryptographicOperations.ZeroMemory(key);
        return (sealer, wrapped);
    }

    /// <summary>The key of a conversation; null when the record is erased.</summary>
    /// <exception cref="SealBrokenException">It was changed, or is that of another patient's.</exception>
    internal static Sealer? Open(KeysOfRecords keys, PatientId patient, ConversationId conversation, byte[] wrapped)
    {
        using var wrap = keys.Derive(patient, Use);
        if (wrap is null)
        {
            return null;
        }

        var key = wrap.Open(PlaceOf(conversation), wrapped);
        var sealer = new Sealer(key);
        CryptographicOperations.ZeroMemory(key);
        return sealer;
    }

    private static Place PlaceOf(ConversationId conversation) => Place.Of("conversation-key", conversation, 0);
}
