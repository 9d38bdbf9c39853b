using System.Buffers.Binary;
using System.Security.Cryptography;
using Rapport.Data;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>Makes ledger entries: encodes, commits, hashes and seals what they say.</summary>
internal static class Recording
{
    /// <summary>Details sealed under the patient's key, and the leaf that commits to them.</summary>
    internal static LeafDraft Draft(PatientId patient, Sealer sealer, DateTimeOffset at, LedgerDetails details)
    {
        var encoded = details.Encode();
        var leaf = LedgerLeaf.Create(at, encoded);
        return new LeafDraft(leaf, sealer.Seal(Places.Details(patient, leaf), encoded));
    }

    /// <summary>What the ledger says of entries that were written or released.</summary>
    internal static LedgerDetails Describe(
        LedgerKind kind, Actor actor, CompartmentIndex index, ReadOnlySpan<int> ascendingRows, IReadOnlyList<string> consents, string? note, string? purpose = null)
    {
        var salt = new byte[LedgerDetails.SaltLength];
        RandomBytes.Fill(salt);
        return new LedgerDetails
        {
            Kind = kind,
            Actor = actor.Reference,
            ActorName = actor.Name,
            OnBehalfOf = actor.For?.Reference,
            OnBehalfOfName = actor.For?.Name,
            Purpose = purpose,
            Consents = consents,
            EntryCount = ascendingRows.Length,
            Entries = EntryNumbers.Encode(ascendingRows),
            Digest = Digest(salt, index, ascendingRows),
            Salt = salt,
            Note = note,
        };
    }

    /// <summary>
    /// The salted digest of entries: SHA-256 over the salt and, for each entry in ascending order, its number (8 bytes, big-endian) and the SHA-256 of
    /// its JSON.
    /// </summary>
    internal static byte[] Digest(ReadOnlySpan<byte> salt, CompartmentIndex index, ReadOnlySpan<int> ascendingRows)
    {
        if (ascendingRows.Length == 1)
        {
            Span<byte> one = stackalloc byte[LedgerDetails.SaltLength + 8 + CompartmentIndex.DigestLength];
            salt.CopyTo(one);
            BinaryPrimitives.WriteInt64BigEndian(one[LedgerDetails.SaltLength..], ascendingRows[0] + 1);
            index.DigestOf(ascendingRows[0]).CopyTo(one[(LedgerDetails.SaltLength + 8)..]);
            return SHA256.HashData(one);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        Span<byte> number = stackalloc byte[8];
        foreach (var row in ascendingRows)
        {
            BinaryPrimitives.WriteInt64BigEndian(number, row + 1);
            hash.AppendData(number);
            hash.AppendData(index.DigestOf(row));
        }

        return hash.GetHashAndReset();
    }
}
